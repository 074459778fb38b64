import * as assert from 'node:assert/strict';
import type { Agent } from '../../../../src/core/agents/Agent.ts';
import type { DecisionInput } from '../../../../src/core/hitl/HitlManager.ts';
import type { Preview } from '../../../../src/core/tools/ToolExecutor.ts';
import type { EventData } from '../../../../src/protocol/events.ts';
import { MemoryStore } from '../../../support/MemoryStore.ts';
import { ScriptedModel, write, type Answer } from '../../../support/ScriptedModel.ts';
import { TestCore } from '../../../support/TestCore.ts';

type Asked = EventData<'hitl.approval.requested'>;

describe('A call that the person edits', () => {
  let store: MemoryStore;
  let core: TestCore;
  let model: ScriptedModel;
  beforeEach(() => {
    store = new MemoryStore();
  });
  afterEach(() => core.dispose());

  const start = async (...answers: Answer[]): Promise<void> => {
    model = new ScriptedModel([...answers, { text: 'Done.' }]);
    core = new TestCore(model, { store });
    await core.open();
  };
  const ask = async (...answers: Answer[]): Promise<Asked> => {
    await start(...answers);
    const asked = core.next('hitl.approval.requested');
    core.send('write');
    return (await asked).data;
  };
  const coder = (): Agent => core.core.router.find('coder') ?? assert.fail('no coder');
  const preview = ({ callId, tool }: Asked, args: Record<string, unknown>): Promise<Preview> => core.core.tools.preview(coder(), { sessionId: core.sessionId, callId, tool }, args);
  const previewed = async (asked: Asked, args: Record<string, unknown>): Promise<Extract<Preview, { ok: true }>> => {
    const shown = await preview(asked, args);
    return shown.ok ? shown : assert.fail(shown.message);
  };
  const edit = ({ approvalId, argumentsHash }: Asked, edited: DecisionInput['edited']): void => {
    assert.equal(core.hitl.decide({ approvalId, argumentsHash, decision: 'edit', feedback: '', actor: 'test', edited }), 'decided');
  };
  const decide = ({ approvalId, argumentsHash }: Asked, decision: 'approve' | 'reject'): void => {
    core.hitl.decide({ approvalId, argumentsHash, decision, feedback: '', actor: 'test' });
  };
  const told = (): string => {
    const message = model.requests.at(-1)?.messages.findLast(({ role }) => role === 'tool');
    return message?.content ?? assert.fail('the model was told nothing');
  };

  it('runs as they were shown it, with one question for each hash, and the model is told', async () => {
    const asked = await ask(write('a.md', 'from the model\n'));
    const args = { path: 'b.md', content: 'from the person\n' };
    const shown = await previewed(asked, args);
    assert.equal(shown.preview.path, 'b.md');
    assert.equal(shown.preview.created, true);
    edit(asked, shown);
    await core.orchestrator.idle();
    assert.equal(core.read('b.md'), 'from the person\n');
    assert.equal(core.read('a.md'), undefined);
    const [first, second] = core.of('hitl.approval.requested').map(({ data }) => data);
    assert.deepEqual(
      core.of('hitl.decision.made').map(({ data }) => [data.approvalId, data.decision, data.argumentsHash, data.actor]),
      [
        [first?.approvalId, 'edit', asked.argumentsHash, 'test'],
        [second?.approvalId, 'approve', shown.argumentsHash, 'test'],
      ],
    );
    assert.notEqual(shown.argumentsHash, asked.argumentsHash);
    assert.equal(second?.reason, 'You edited this, and approved what you were shown of it.');
    assert.equal(core.of('tool.execution.started')[0]?.data.argumentsHash, shown.argumentsHash);
    assert.match(told(), /^The person changed this call before they approved it\. What ran: path: "b\.md", content: "from the person\\n"\nCreated b\.md/);
  });

  it('is asked for anew where the file is not as it was shown, and is not written', async () => {
    const asked = await ask(write('a.md', 'from the model\n'));
    const shown = await previewed(asked, { path: 'a.md', content: 'from the person\n' });
    core.put('a.md', 'typed meanwhile\n');
    const again = core.next('hitl.approval.requested');
    edit(asked, shown);
    const { data } = await again;
    assert.equal(core.read('a.md'), 'typed meanwhile\n');
    assert.match(data.reason, /You edited this, and it is not what you were shown any more/);
    assert.equal(data.arguments['content'], 'from the person\n');
    assert.deepEqual(data.preview.diff?.rows[0], { kind: 'removed', old: 1, spans: [{ text: 'typed meanwhile', mark: false }] });
    decide(data, 'approve');
    await core.orchestrator.idle();
    assert.equal(core.read('a.md'), 'from the person\n');
  });

  it('is not approved by the hash of something else', async () => {
    const asked = await ask(write('a.md', 'from the model\n'));
    const again = core.next('hitl.approval.requested');
    edit(asked, { arguments: { path: 'a.md', content: 'never shown\n' }, argumentsHash: asked.argumentsHash });
    const { data } = await again;
    assert.equal(core.read('a.md'), undefined);
    decide(data, 'reject');
    await core.orchestrator.idle();
    assert.equal(core.read('a.md'), undefined);
  });

  it('cannot be made into what its agent may not do, or what is no call of the tool', async () => {
    const asked = await ask(write('a.md', 'from the model\n'));
    const problem = async (args: Record<string, unknown>): Promise<string> => {
      const shown = await preview(asked, args);
      return shown.ok ? 'none' : shown.message;
    };
    assert.match(await problem({ path: '../out.md', content: 'x' }), /outside the workspace/);
    assert.match(await problem({ path: 'a.md' }), /content/);
    assert.match(await problem({ path: 'a.md', content: 'x', other: 1 }), /other/);
    const again = core.next('hitl.approval.requested');
    edit(asked, { arguments: { path: '../out.md', content: 'x' }, argumentsHash: 'whatever' });
    const { data } = await again;
    assert.match(data.reason, /What you made of it cannot run: .*outside the workspace/);
    assert.equal(data.arguments['path'], 'a.md');
    decide(data, 'approve');
    await core.orchestrator.idle();
    assert.equal(core.read('a.md'), 'from the model\n');
  });

  it('is judged again: what is forbidden is refused', async () => {
    const asked = await ask(write('a.md', 'from the model\n'));
    core.settings.set({ rules: [{ tool: 'write_file', path: 'b.md', effect: 'deny' }] });
    const forbidden = { path: 'b.md', content: 'x', create_dirs: true, backup: false };
    const shown = await preview(asked, forbidden);
    assert.match(shown.ok ? '' : shown.message, /A rule in your settings forbids this/);
    edit(asked, { arguments: forbidden, argumentsHash: 'whatever' });
    await core.orchestrator.idle();
    assert.equal(core.read('b.md'), undefined);
    assert.match(told(), /A rule in your settings forbids this/);
  });

  it('that failed is told as they made it', async () => {
    const asked = await ask(write('a.md', 'from the model\n'));
    const shown = await previewed(asked, { path: 'a.md', content: 'from the person\n' });
    core.workspace.beforeWrite = () => {
      throw new Error('No space left.');
    };
    edit(asked, shown);
    await core.orchestrator.idle();
    assert.match(told(), /What ran: content: "from the person\\n"\nNo space left\./);
    assert.equal(core.of('tool.execution.failed')[0]?.data.message, 'No space left.');
  });

  it('into what cannot run is asked for as the model wanted it, after the end of VS Code too', async () => {
    const asked = await ask(write('a.md', 'from the model\n'));
    const again = core.next('hitl.approval.requested');
    edit(asked, { arguments: { path: '../out.md', content: 'x' }, argumentsHash: 'whatever' });
    await again;
    core.crash();
    core = new TestCore(model, { store, root: core.root, host: 'next' });
    const recovered = core.next('hitl.approval.requested');
    await core.core.recovery.run();
    assert.equal((await recovered).data.arguments['path'], 'a.md');
  });

  it('keeps what they made of it over the end of VS Code', async () => {
    const asked = await ask(write('a.md', 'from the model\n'));
    const shown = await previewed(asked, { path: 'a.md', content: 'from the person\n' });
    // the host is killed between the decision and the question that follows
    core.journal.refuses = ({ type }) => type !== 'hitl.decision.made';
    edit(asked, shown);
    const { sessionId } = core;
    core.crash();
    core = new TestCore(model, { store, root: core.root, host: 'next' });
    const again = core.next('hitl.approval.requested');
    await core.core.recovery.run();
    const { data } = await again;
    assert.equal(data.argumentsHash, shown.argumentsHash);
    assert.match(data.reason, /you edited this, and it did not run/);
    await core.open(sessionId);
    decide(data, 'approve');
    await core.orchestrator.idle();
    assert.equal(core.read('a.md'), 'from the person\n');
  });
});

describe('A call that reads', () => {
  let core: TestCore;
  let model: ScriptedModel;
  afterEach(() => core.dispose());

  const read = async (path: string): Promise<void> => {
    model = new ScriptedModel([{ toolCalls: [{ name: 'read_file', arguments: JSON.stringify({ path }) }] }, { text: 'Done.' }]);
    core = new TestCore(model);
    await core.open();
    core.put('.env', 'TOKEN=secret\n');
    core.put('notes.md', 'plain\n');
  };
  const told = (): string => model.requests.at(-1)?.messages.findLast(({ role }) => role === 'tool')?.content ?? '';

  it('asks for what is not for a model, and gives it when it is approved', async () => {
    await read('.env');
    core.approveAll();
    await core.turn('read');
    const [asked] = core.of('hitl.approval.requested');
    assert.deepEqual(asked?.data.preview, { path: '.env', created: false });
    assert.equal(asked.data.source, 'protected');
    assert.match(told(), /TOKEN=secret/);
  });

  it('gives nothing that the person rejected', async () => {
    await read('.env');
    core.decideAll(() => ({ decision: 'reject', feedback: 'No secrets.' }));
    await core.turn('read');
    assert.doesNotMatch(told(), /TOKEN/);
    assert.match(told(), /They said: No secrets\./);
  });

  it('is not asked for otherwise, but where the person wants to be asked for everything', async () => {
    await read('notes.md');
    await core.turn('read');
    assert.equal(core.of('hitl.approval.requested').length, 0);
    assert.match(told(), /plain/);
    core.dispose();
    await read('notes.md');
    core.core.policy.choosePreset('askAll', 'test');
    core.approveAll();
    await core.turn('read');
    assert.equal(core.of('hitl.approval.requested').length, 1);
  });
});

describe('A write', () => {
  it('keeps the whole file as it was, before it starts', async () => {
    const core = new TestCore(new ScriptedModel([write('a.md', 'new\n'), { text: 'Done.' }]));
    await core.open();
    core.put('a.md', 'old\n');
    core.approveAll();
    await core.turn('write');
    const types = core.events.map(({ type }) => type);
    assert.ok(types.indexOf('tool.change.recorded') < types.indexOf('tool.execution.started'));
    const [recorded] = core.of('tool.change.recorded');
    assert.deepEqual(recorded?.data.files.map(({ path, before }) => [path, before]), [['a.md', 'old\n']]);
    core.dispose();
  });
});
