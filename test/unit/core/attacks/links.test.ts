import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { EventType } from '../../../../src/protocol/events.ts';
import { ScriptedModel, write, type Answer } from '../../../support/ScriptedModel.ts';
import { TestCore } from '../../../support/TestCore.ts';

const read = (file: string): Answer => ({ toolCalls: [{ name: 'read_file', arguments: JSON.stringify({ path: file }) }] });
const withBackup: Answer = { toolCalls: [{ name: 'write_file', arguments: '{"path":"docs/a.md","content":"x","backup":true}' }] };

describe('A link that is swapped', () => {
  let core: TestCore;
  let model: ScriptedModel;
  let outside: string;
  beforeEach(() => {
    outside = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'ar-outside-')));
    fs.writeFileSync(path.join(outside, 'a.md'), 'theirs');
  });
  afterEach(() => {
    core.dispose();
    fs.rmSync(outside, { recursive: true });
  });

  /** A workspace whose `docs` is a link to its own `real`. */
  async function start(...answers: Answer[]): Promise<void> {
    model = new ScriptedModel([...answers, { text: 'Done.' }]);
    core = new TestCore(model);
    await core.open();
    core.put('real/a.md', 'mine');
    core.link('docs', 'real');
  }

  /** The attacker's moment. The first time only: what comes after must find it as it is. */
  function swapAt(type: EventType, swap: () => void): void {
    const subscription = core.bus.on(
      type,
      () => {
        subscription.dispose();
        swap();
      },
      { priority: 90 },
    );
  }

  const told = (): string => JSON.stringify(model.requests.at(-1)?.messages.filter(({ role }) => role === 'tool'));
  const untouched = (): void => {
    assert.equal(fs.readFileSync(path.join(outside, 'a.md'), 'utf8'), 'theirs');
    assert.deepEqual(fs.readdirSync(outside), ['a.md']);
    assert.deepEqual(core.workspace.written, []);
  };

  const allowances: [how: string, allow: () => void][] = [
    ['approved', () => core.approveAll()],
    ['allowed by a rule', () => core.settings.set({ rules: [{ tool: '*', effect: 'allow' }] })],
    ['trusted as an edit', () => core.core.policy.choosePreset('trustEdits', 'chat')],
    ['free since approvals are off', () => core.settings.set({ enabled: false })],
  ];
  for (const [how, allow] of allowances) {
    const moments: EventType[] = how === 'approved' ? ['hitl.approval.requested', 'hitl.decision.made', 'tool.execution.started'] : ['hitl.verdict.given', 'tool.execution.started'];
    for (const moment of moments) {
      it(`to outside at ${moment}: a write that is ${how} does not follow it`, async () => {
        await start(write('docs/a.md', 'x'));
        allow();
        swapAt(moment, () => core.link('docs', outside));
        await core.turn('Write it');
        untouched();
        assert.equal(core.read('real/a.md'), 'mine');
        assert.match(told(), /out of the workspace|is not as it was|leads to another/);
      });

      it(`to outside at ${moment}: neither does its backup`, async () => {
        await start(withBackup);
        allow();
        swapAt(moment, () => core.link('real/a.md.bak', path.join(outside, 'new')));
        await core.turn('Write it');
        untouched();
        assert.equal(core.read('real/a.md'), 'mine');
      });
    }
  }

  it('to outside while the folder is made: nothing is written', async () => {
    await start(write('docs/a.md', 'x'));
    core.approveAll();
    const createFolder = core.workspace.createFolder.bind(core.workspace);
    core.workspace.createFolder = async (folder) => {
      await createFolder(folder);
      core.link('docs', outside);
    };
    await core.turn('Write it');
    untouched();
  });

  it('to a protected file, before the decision: the person is asked again, for that file', async () => {
    await start(write('docs/a.md', 'x'));
    core.put('.git/a.md', 'mine');
    swapAt('hitl.decision.made', () => core.link('docs', '.git'));
    core.decideAll(({ source }) => ({ decision: source === 'protected' ? 'reject' : 'approve', feedback: '' }));
    await core.turn('Write it');
    const asked = core.of('hitl.approval.requested');
    assert.deepEqual(asked.map(({ data }) => data.source), ['preset', 'protected']);
    assert.notEqual(asked[0]?.data.argumentsHash, asked[1]?.data.argumentsHash);
    assert.match(core.of('hitl.verdict.given').at(-1)?.data.reason ?? '', /docs\/a\.md, which leads to \.git\/a\.md,/);
    assert.deepEqual([core.read('.git/a.md'), core.workspace.written], ['mine', []]);
  });

  for (const [how, allow] of allowances) {
    it(`to a protected file with the same content, at the start of a write that is ${how}: nothing is written`, async () => {
      await start(write('docs/a.md', 'x'));
      core.put('.git/a.md', 'mine');
      allow();
      swapAt('tool.execution.started', () => core.link('docs', '.git'));
      await core.turn('Write it');
      assert.deepEqual([core.read('.git/a.md'), core.workspace.written], ['mine', []]);
      assert.match(told(), /is not as it was/);
    });
  }

  it('to a protected file while it is looked at: what was judged is what is written', async () => {
    await start(write('docs/a.md', 'x'));
    core.put('.git/a.md', 'mine');
    core.core.policy.choosePreset('trustEdits', 'chat');
    let looks = 0;
    const realPath = core.workspace.realPath.bind(core.workspace);
    core.workspace.realPath = async (file) => {
      const real = await realPath(file);
      looks += file.endsWith('a.md') ? 1 : 0;
      if (looks === 1) core.link('docs', '.git');
      return real;
    };
    await core.turn('Write it');
    assert.deepEqual([core.read('.git/a.md'), core.workspace.written], ['mine', []]);
  });

  it('before anything was judged, to another file: every surface can tell which', async () => {
    await start(write('docs/a.md', 'x'));
    core.approveAll();
    await core.turn('Write it');
    assert.match(core.of('hitl.approval.requested')[0]?.data.reason ?? '', / docs\/a\.md leads to real\/a\.md through a link\.$/);
  });

  it('to a key at the start of a read: nothing of it goes to the model', async () => {
    await start(read('docs/a.md'));
    core.put('.env', 'KEY=sk-secret');
    swapAt('tool.execution.started', () => core.link('real/a.md', '.env'));
    await core.turn('Read it');
    assert.ok(!JSON.stringify(model.requests).includes('sk-secret'));
    assert.match(told(), /leads to another file/);
  });

  it('to outside at the start of a read: nothing of it goes to the model', async () => {
    await start(read('docs/a.md'));
    swapAt('tool.execution.started', () => core.link('docs', outside));
    await core.turn('Read it');
    assert.ok(!JSON.stringify(model.requests).includes('theirs'));
  });

  it('before anything was judged, to a key: it is asked for as what it leads to', async () => {
    await start(read('docs/a.md'));
    core.put('.env', 'KEY=sk-secret');
    core.link('real/a.md', '.env');
    core.settings.set({ enabled: false, rules: [{ tool: '*', effect: 'allow' }] });
    core.decideAll(() => ({ decision: 'reject', feedback: '' }));
    await core.turn('Read it');
    assert.equal(core.of('hitl.approval.requested')[0]?.data.source, 'protected');
    assert.ok(!JSON.stringify(model.requests).includes('sk-secret'));
  });
});

describe('A file that changed between approval and write', () => {
  let core: TestCore;
  beforeEach(async () => {
    core = new TestCore(new ScriptedModel([write('a.md', 'the model’s'), { text: 'Done.' }]));
    await core.open();
    core.put('a.md', 'old');
  });
  afterEach(() => core.dispose());

  it('is asked for again, with the change as it is now', async () => {
    let times = 0;
    core.decideAll(() => {
      times += 1;
      if (times === 1) core.put('a.md', 'the person’s');
      return { decision: times === 1 ? 'approve' : 'reject', feedback: '' };
    });
    await core.turn('Write it');
    const [first, second] = core.of('hitl.approval.requested');
    assert.notEqual(first?.data.argumentsHash, second?.data.argumentsHash);
    assert.match(second?.data.reason ?? '', /changed after you approved/);
    assert.match(JSON.stringify(second?.data.preview.diff), /the person’s/);
    assert.equal(core.read('a.md'), 'the person’s');
  });

  for (const how of ['approved', 'allowed'] as const) {
    it(`after the last look is not written over, where the write was ${how}`, async () => {
      if (how === 'approved') core.approveAll();
      else core.settings.set({ rules: [{ tool: '*', effect: 'allow' }] });
      core.bus.on('tool.execution.started', () => core.put('a.md', 'the person’s'), { priority: 90 });
      await core.turn('Write it');
      assert.equal(core.read('a.md'), 'the person’s');
      assert.match(core.of('tool.execution.failed')[0]?.data.message ?? '', /is not as it was/);
    });
  }

  it('as one that came where there was none is not written over', async () => {
    fs.rmSync(core.file('a.md'));
    core.approveAll();
    core.bus.on('tool.execution.started', () => core.put('a.md', ''), { priority: 90 });
    await core.turn('Write it');
    assert.equal(core.read('a.md'), '');
  });
});
