import * as assert from 'node:assert/strict';
import type { PolicyCall } from '../../../../src/core/hitl/policy.ts';
import type { PolicyRule, RuleScope } from '../../../../src/protocol/policy.ts';
import { MemoryStore } from '../../../support/MemoryStore.ts';
import { NodeWorkspace } from '../../../support/NodeWorkspace.ts';
import { ManualClock } from '../../../support/ports.ts';
import { ScriptedModel } from '../../../support/ScriptedModel.ts';
import { StorageFolder } from '../../../support/storage.ts';
import { storageCore } from '../../../support/storageCore.ts';
import { TestCore, type TestCoreOptions } from '../../../support/TestCore.ts';
import { TestPolicySettings } from '../../../support/TestPolicySettings.ts';

const write: PolicyCall = { tool: 'write_file', agent: 'coder', effects: 'write', paths: [{ relative: 'src/a.ts', real: 'src/a.ts' }] };
const allow: PolicyRule = { tool: 'write_file', path: 'src/**', effect: 'allow' };
const deny: PolicyRule = { tool: 'write_file', effect: 'deny' };

describe('PolicyManager', () => {
  let cores: TestCore[];
  beforeEach(() => {
    cores = [];
  });
  afterEach(() => {
    for (const core of cores) core.dispose();
  });

  async function start(options: TestCoreOptions = {}, sessionId?: string): Promise<TestCore> {
    const core = new TestCore(new ScriptedModel([]), options);
    cores.push(core);
    await core.open(sessionId);
    return core;
  }
  const add = (core: TestCore, scope: RuleScope, rule: PolicyRule = allow): Promise<string> => core.core.policy.addRule({ scope, rule, sessionId: core.sessionId, actor: 'dialog' });
  const verdict = (core: TestCore, sessionId = core.sessionId): string => {
    const given = core.core.policy.judge(sessionId, write);
    return `${given.verdict} by ${given.source}`;
  };

  it('asks by itself, and says by which preset', async () => {
    const core = await start();
    assert.deepEqual(core.core.policy.state, { preset: 'askWrites', enabled: true, invalid: [] });
    assert.equal(verdict(core), 'ask by preset');
  });

  it('keeps the preset and the rules of the workspace over a restart, and those of a session with it', async () => {
    const store = new MemoryStore();
    const first = await start({ store });
    await add(first, 'session');
    await add(first, 'workspace', { ...allow, path: 'lib/**' });
    first.core.policy.choosePreset('askAll', 'chat');
    const { sessionId } = first;
    first.crash();
    const second = await start({ store, host: 'second' }, sessionId);
    assert.equal(second.core.policy.state.preset, 'askAll');
    assert.deepEqual(second.core.policy.rules(sessionId).map(({ scope, rule }) => [scope, rule.path]), [['session', 'src/**'], ['workspace', 'lib/**']]);
    second.core.policy.choosePreset('askWrites', 'chat');
    assert.equal(verdict(second), 'allow by session');
  });

  it('loses no rule for everywhere where two are made at once', async () => {
    const settings = new TestPolicySettings();
    const core = await start({ settings });
    const write = settings.writeRules.bind(settings);
    // VS Code takes its time to write them
    settings.writeRules = async (rules) => {
      await new Promise((resolve) => setImmediate(resolve));
      await write(rules);
    };
    await Promise.all([add(core, 'user', deny), add(core, 'user', { ...allow, path: 'lib/**' })]);
    assert.deepEqual(core.core.policy.rules(undefined).map(({ rule }) => rule.effect), ['allow', 'deny']);
    assert.equal(verdict(core), 'deny by user');
  });

  it('judges nothing by half of what the journal has', async () => {
    const store = new MemoryStore();
    const first = await start({ store });
    await add(first, 'workspace');
    for (let index = 0; index < 25; index += 1) await add(first, 'workspace', { ...deny, path: `${index}/**` });
    first.core.policy.choosePreset('readOnly', 'chat');
    first.crash();
    const second = await start({ store, host: 'second' });
    const page = second.journal.page.bind(second.journal);
    second.journal.page = (sessionId, after, options) => {
      if (sessionId === '' && after > 0) throw new Error('disk error');
      return page(sessionId, after, options);
    };
    assert.throws(() => verdict(second), /disk error/);
    assert.throws(() => verdict(second), /disk error/);
    second.journal.page = page;
    assert.equal(verdict(second), 'deny by preset');
    second.journal.page = () => {
      throw new Error('disk error');
    };
    assert.equal(verdict(second), 'deny by preset', 'what was read holds');
  });

  it('keeps them in a real database', async () => {
    const folder = new StorageFolder();
    try {
      const ports = { llm: new ScriptedModel([]), workspace: new NodeWorkspace('/tmp/work') };
      const storage = folder.open();
      const before = storageCore(storage, ports);
      const { id } = before.sessions.create();
      await before.openSessions.open(id);
      const gone = await before.policy.addRule({ scope: 'workspace', rule: deny, sessionId: id, actor: 'dialog' });
      await before.policy.addRule({ scope: 'workspace', rule: allow, sessionId: id, actor: 'dialog' });
      await before.policy.addRule({ scope: 'session', rule: { ...allow, agent: 'coder' }, sessionId: id, actor: 'dialog' });
      await before.policy.removeRule({ scope: 'workspace', ruleId: gone, rule: deny, sessionId: id, actor: 'palette' });
      before.policy.choosePreset('trustEdits', 'chat');
      before.dispose();
      storage.close();
      const after = storageCore(folder.open({ id: 'second' }), ports);
      await after.openSessions.open(id);
      assert.equal(after.policy.state.preset, 'trustEdits');
      assert.deepEqual(after.policy.rules(id).map(({ scope, rule }) => ({ scope, rule })), [{ scope: 'session', rule: { ...allow, agent: 'coder' } }, { scope: 'workspace', rule: allow }]);
      assert.equal(after.policy.judge(id, write).source, 'session');
      after.dispose();
    } finally {
      folder.dispose();
    }
  });

  it('gives a session’s rules to no other session', async () => {
    const core = await start();
    await add(core, 'session');
    const other = core.core.sessions.create().id;
    await core.core.openSessions.open(other);
    assert.equal(verdict(core), 'allow by session');
    assert.equal(verdict(core, other), 'ask by preset');
    assert.equal(verdict(core, 'unknown'), 'ask by preset');
    assert.deepEqual(core.core.policy.rules(other), []);
    assert.deepEqual(core.core.policy.rules(undefined), []);
  });

  it('lets a session’s rules go with it', async () => {
    const core = await start();
    await add(core, 'session');
    const { sessionId } = core;
    await core.core.deletion.delete(sessionId);
    core.core.openSessions.close(sessionId);
    await core.core.deletion.erase(sessionId);
    assert.equal(verdict(core, sessionId), 'ask by preset');
    assert.deepEqual(core.core.policy.rules(sessionId), []);
  });

  it('puts the newest rule of a scope first', async () => {
    const core = await start();
    await add(core, 'workspace', { ...allow, effect: 'ask' });
    await add(core, 'workspace');
    assert.equal(verdict(core), 'allow by workspace');
    await add(core, 'user', deny);
    await add(core, 'user');
    assert.deepEqual(core.settings.read().rules, [allow, deny]);
  });

  for (const scope of ['session', 'workspace', 'user'] as const) {
    it(`has no rule for the ${scope} that could not be journaled`, async () => {
      const core = await start();
      core.settings.set({ rules: [deny, 'broken'] });
      core.journal.refuses = ({ type }) => type === 'hitl.rule.added';
      await assert.rejects(add(core, scope), /disk full/);
      core.settings.set({ rules: scope === 'user' ? core.settings.read().rules : [] });
      assert.deepEqual(core.core.policy.rules(core.sessionId).filter(({ rule }) => rule.effect === 'allow'), []);
      if (scope === 'user') assert.deepEqual(core.settings.read().rules, [deny, 'broken']);
      core.journal.refuses = () => false;
      await add(core, scope);
      assert.ok(core.core.policy.rules(core.sessionId).some(({ rule }) => rule.effect === 'allow'));
    });

    it(`keeps a rule of the ${scope} whose removal could not be journaled`, async () => {
      const core = await start();
      const ruleId = await add(core, scope, deny);
      core.journal.refuses = ({ type }) => type === 'hitl.rule.removed';
      const removal = { scope, ruleId, rule: deny, sessionId: core.sessionId, actor: 'palette' };
      await assert.rejects(core.core.policy.removeRule(removal), /disk full/);
      assert.equal(verdict(core), `deny by ${scope}`);
      core.journal.refuses = () => false;
      await core.core.policy.removeRule(removal);
      assert.equal(verdict(core), 'ask by preset');
    });
  }

  it('has no rule that the settings did not take, and journals none', async () => {
    const core = await start();
    core.settings.failure = new Error('settings.json is read-only');
    await assert.rejects(add(core, 'user'), /read-only/);
    assert.equal(core.of('hitl.rule.added').length, 0);
    assert.equal(verdict(core), 'ask by preset');
  });

  it('takes no rule that is not valid', async () => {
    const core = await start();
    for (const scope of ['session', 'workspace', 'user'] as const) await assert.rejects(add(core, scope, { ...allow, tool: '' }));
    assert.equal(core.settings.read().rules, undefined);
    assert.equal(core.of('hitl.rule.added').length, 0);
  });

  it('writes nothing into settings that are no list', async () => {
    const core = await start();
    core.settings.set({ rules: { tool: '*', effect: 'allow' } });
    await assert.rejects(add(core, 'user'), /no list/);
    assert.deepEqual(core.settings.read().rules, { tool: '*', effect: 'allow' });
    assert.equal(verdict(core), 'ask by user');
  });

  it('follows the settings at once, and journals what they are, once', async () => {
    const core = await start();
    let told = 0;
    const subscription = core.core.policy.onChange(() => (told += 1));
    core.settings.set({ rules: [allow] });
    assert.equal(verdict(core), 'allow by user');
    core.settings.set({ rules: [allow, { tool: 'x' }] });
    assert.match(core.core.policy.state.invalid[0] ?? '', /Rule 2/);
    core.settings.set({ enabled: false });
    assert.deepEqual([core.core.policy.state.enabled, verdict(core)], [false, 'allow by switch']);
    core.settings.set({ enabled: false });
    core.core.policy.noteSettings();
    assert.equal(core.of('hitl.settings.changed').length, 3);
    assert.ok(told >= 4);
    subscription.dispose();
    const before = told;
    core.settings.set({ enabled: true });
    assert.equal(told, before);
  });

  it('judges by the settings where they could not be journaled', async () => {
    const core = await start();
    core.journal.refuses = ({ type }) => type === 'hitl.settings.changed';
    core.settings.set({ rules: [deny] });
    assert.equal(verdict(core), 'deny by user');
    assert.ok(core.log.lines.some((line) => line.includes('settings of approvals')));
  });

  it('has no preset that could not be journaled', async () => {
    const core = await start();
    core.journal.refuses = ({ type }) => type === 'hitl.preset.changed';
    assert.throws(() => core.core.policy.choosePreset('trustEdits', 'chat'), /disk full/);
    assert.equal(core.core.policy.state.preset, 'askWrites');
    assert.equal(verdict(core), 'ask by preset');
  });

  it('judges nothing where the journal does not answer', async () => {
    const store = new MemoryStore();
    const first = await start({ store });
    await add(first, 'workspace', deny);
    first.crash();
    const core = await start({ store, host: 'second' });
    const page = core.journal.page.bind(core.journal);
    core.journal.page = () => {
      throw new Error('the database is locked');
    };
    assert.throws(() => verdict(core), /locked/);
    core.journal.page = page;
    assert.equal(verdict(core), 'deny by workspace');
  });

  it('lets a rule end at its moment', async () => {
    const clock = new ManualClock();
    const core = await start({ clock });
    await add(core, 'session', { ...allow, expires: new Date(clock.now().getTime() + 1_000).toISOString() });
    assert.equal(verdict(core), 'allow by session');
    clock.pass(999);
    assert.equal(verdict(core), 'allow by session');
    clock.pass(1);
    assert.equal(verdict(core), 'ask by preset');
  });

  it('takes what journal and settings say, and nothing that a workspace’s files do', async () => {
    const core = await start({ settings: new TestPolicySettings() });
    core.put('.vscode/settings.json', '{"agentRuntime.approvals.enabled": false, "agentRuntime.approvals.rules": [{"tool":"*","effect":"allow"}]}');
    assert.deepEqual([core.core.policy.state.enabled, verdict(core)], [true, 'ask by preset']);
  });
});
