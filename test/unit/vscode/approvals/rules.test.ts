import * as assert from 'node:assert/strict';
import type { PolicyRule, RuleScope } from '../../../../src/protocol/policy.ts';
import { PolicyNews } from '../../../../src/vscode/approvals/PolicyNews.ts';
import { RuleList, type RuleRow } from '../../../../src/vscode/approvals/RuleList.ts';
import { tellInvalidRules } from '../../../../src/vscode/approvals/tellInvalidRules.ts';
import { ManualClock } from '../../../support/ports.ts';
import { ScriptedModel } from '../../../support/ScriptedModel.ts';
import { ShownMessages } from '../../../support/ShownMessages.ts';
import { TestCore } from '../../../support/TestCore.ts';

const rule = (path: string, effect: PolicyRule['effect'] = 'allow'): PolicyRule => ({ tool: 'write_file', path, effect });

describe('Rules of approvals in VS Code', () => {
  let clock: ManualClock;
  let core: TestCore;
  let messages: ShownMessages;
  let list: RuleList;
  beforeEach(async () => {
    clock = new ManualClock();
    core = new TestCore(new ScriptedModel([]), { clock });
    messages = new ShownMessages();
    await core.open();
    list = new RuleList({ policy: core.core.policy, sessions: () => [{ sessionId: core.sessionId, title: 'Notes' }], messages, clock, log: core.log });
  });
  afterEach(() => core.dispose());

  const add = (scope: RuleScope, added: PolicyRule): Promise<string> => core.core.policy.addRule({ scope, rule: added, sessionId: core.sessionId, actor: 'test' });
  const paths = (): (string | undefined)[] => list.rows.map((row) => row.rule.path);
  const row = (path: string): RuleRow => {
    const found = list.rows.find((one) => one.rule.path === path);
    assert.ok(found);
    return found;
  };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };

  describe('RuleList', () => {
    it('lists every rule, the nearest first, as it is written, with where and until when it holds', async () => {
      await add('user', { ...rule('u'), reason: 'Generated $(check)' });
      await add('workspace', { ...rule('w'), expires: '2020-01-01T00:00:00Z' });
      await add('session', { ...rule('s', 'deny'), agent: 'coder' });
      await add('session', { ...rule('t'), expires: '2027-06-01T12:00:00Z' });
      const [t, s, w, u] = list.rows;
      assert.match(t?.holds ?? '', /^for the session “Notes” · until .*2027/);
      assert.equal(s?.text, '{ "tool": "write_file", "agent": "coder", "path": "s", "effect": "deny" }');
      assert.equal(w?.holds, 'for this workspace · expired');
      assert.equal(u?.holds, 'everywhere, in your settings');
      assert.equal(u.reason, 'Generated $\u2060(check)');
      assert.equal(u.text, '{ "tool": "write_file", "path": "u", "effect": "allow" }');
    });

    for (const scope of ['session', 'workspace', 'user'] as const) {
      it(`takes a rule ${scope === 'user' ? 'in the settings' : `of a ${scope}`} back, and puts it back to where it was`, async () => {
        for (const path of ['c', 'b', 'a']) await add(scope, rule(path));
        assert.deepEqual(paths(), ['a', 'b', 'c']);
        await list.remove(row('b'));
        assert.deepEqual(paths(), ['a', 'c']);
        assert.deepEqual(messages.texts, ['The rule { "tool": "write_file", "path": "b", "effect": "allow" } is removed. | Undo']);
        messages.press();
        await settle();
        assert.deepEqual(paths(), ['a', 'b', 'c']);
        assert.deepEqual(core.of('hitl.rule.removed').map(({ data }) => data.actor), ['Manage Approval Rules']);
      });
    }

    it('takes a rule in the settings back however its fields stand, and writes it again as it was', async () => {
      const written = [{ effect: 'ask', tool: '*' }, { effect: 'allow', path: 'a', tool: 'write_file' }, { oops: true }];
      core.settings.set({ rules: written });
      await list.remove(row('a'));
      assert.deepEqual(core.settings.read().rules, [written[0], written[2]]);
      messages.press();
      await settle();
      assert.equal(JSON.stringify(core.settings.read().rules), JSON.stringify(written));
    });

    it('knows what stands for something in the settings that is no rule', () => {
      core.settings.set({ rules: [{ tool: 'write_file', effect: 'maybe' }, rule('a')] });
      assert.deepEqual(list.rows.map(({ invalid }) => invalid), [true, false]);
      assert.match(list.rows[0]?.reason ?? '', /^Rule 1 in agentRuntime\.approvals\.rules is not valid/);
    });

    it('says that a rule is gone already', async () => {
      await add('workspace', rule('w'));
      await add('user', rule('u'));
      const rows = list.rows;
      for (const one of rows) await list.remove(one);
      for (const one of rows) await list.remove(one);
      assert.deepEqual(messages.texts.slice(2), Array(2).fill('This rule was already removed.'));
      assert.equal(core.of('hitl.rule.removed').length, 2);
    });

    it('says that a rule still holds where it could not be taken back', async () => {
      await add('workspace', rule('w'));
      await add('user', rule('u'));
      core.settings.failure = new Error('The file is read-only.');
      core.journal.refuses = () => true;
      for (const one of list.rows) await list.remove(one);
      core.settings.failure = undefined;
      // what cannot be audited does not hold
      await list.remove(row('u'));
      for (const text of messages.texts) assert.match(text, /^The rule could not be removed, so it still holds: /);
      assert.equal(messages.texts.length, 3);
      assert.deepEqual(paths(), ['w', 'u']);
    });

    it('offers Undo again where that failed', async () => {
      await add('user', rule('u'));
      await list.remove(row('u'));
      core.settings.failure = new Error('The file is read-only.');
      messages.press();
      await settle();
      assert.equal(messages.texts.at(-1), 'The rule could not be put back: The file is read-only. | Undo');
      core.settings.failure = undefined;
      messages.press();
      await settle();
      assert.deepEqual(paths(), ['u']);
    });
  });

  describe('tellInvalidRules', () => {
    const wrong = { tool: 'write_file', effect: 'maybe' };
    let opened: number;
    beforeEach(() => (opened = 0));
    const tell = (): void => {
      const openSettings = (): Promise<void> => Promise.resolve(void (opened += 1));
      tellInvalidRules({ policy: new PolicyNews({ policy: core.core.policy, log: core.log }), messages, openSettings });
    };

    it('tells the first problem at the start, and how many more there are', async () => {
      core.settings.set({ rules: [wrong, wrong, wrong] });
      tell();
      assert.equal(messages.texts.length, 1);
      assert.match(messages.texts[0] ?? '', /^Rule 1 in agentRuntime\.approvals\.rules is not valid, so it counts as “ask”: .*\. And 2 more problems\. \| Open Settings$/);
      messages.press();
      await settle();
      assert.equal(opened, 1);
    });

    it('tells after a change, each problem once, also where it is counted otherwise', () => {
      tell();
      assert.equal(messages.texts.length, 0);
      core.settings.set({ rules: [wrong] });
      core.settings.set({ rules: [] });
      core.settings.set({ rules: [wrong] });
      core.settings.set({ rules: [rule('a'), wrong] });
      core.settings.set({ rules: [rule('a'), wrong, { tool: '', effect: 'ask' }] });
      assert.deepEqual(messages.texts.map((text) => text.slice(0, 6)), ['Rule 1', 'Rule 3']);
    });

    it('tells nothing where the journal does not answer', () => {
      const failing = { get state(): never { throw new Error('gone'); }, onChange: () => ({ dispose: () => undefined }) };
      tellInvalidRules({ policy: new PolicyNews({ policy: failing, log: core.log }), messages, openSettings: () => Promise.resolve() });
      assert.match(core.log.lines.join(), /could not be read.*gone/s);
    });
  });
});
