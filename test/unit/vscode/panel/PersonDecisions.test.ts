import * as assert from 'node:assert/strict';
import { readProfiles } from '../../../../src/core/llm/profiles.ts';
import { OfflineModel } from '../../../../src/llm/OfflineModel.ts';
import type { EventData } from '../../../../src/protocol/events.ts';
import type { ChatToWebview } from '../../../../src/protocol/webview.ts';
import { PersonDecisions } from '../../../../src/vscode/panel/PersonDecisions.ts';
import { ManualClock, MemoryLog } from '../../../support/ports.ts';
import { TestCore } from '../../../support/TestCore.ts';

describe('PersonDecisions', () => {
  let core: TestCore;
  let log: MemoryLog;
  let posted: ChatToWebview[];
  let told: string[];
  let undone: string[];
  let refreshed: number;
  let owned: boolean;
  let failure: Error | undefined;
  let chosen: string[];
  let decisions: PersonDecisions;
  beforeEach(async () => {
    core = new TestCore(new OfflineModel());
    await core.open();
    log = new MemoryLog();
    posted = [];
    told = [];
    undone = [];
    refreshed = 0;
    owned = true;
    failure = undefined;
    chosen = [];
    decisions = forSession();
  });
  afterEach(() => core.dispose());

  function forSession(sessionId = core.sessionId): PersonDecisions {
    const { session } = core;
    return new PersonDecisions({
      open: {
        id: sessionId,
        get owned() {
          return owned;
        },
        deleted: false,
        session: session.session,
        transcript: session.transcript,
      },
      dependencies: {
        hitl: core.hitl,
        policy: core.core.policy,
        undo: (...said) => {
          undone.push(said.join(' '));
          return failure === undefined ? Promise.resolve() : Promise.reject(failure);
        },
        modelSettings: {
          read: () => readProfiles({ models: [{ name: 'GPT', provider: 'openai', model: 'gpt-4.1' }], model: '', agentModels: {} }),
          writeChosen: (name) => {
            chosen.push(name);
            return failure === undefined ? Promise.resolve() : Promise.reject(failure);
          },
        },
        clock: new ManualClock(),
        log,
      },
      post: (message) => posted.push(message),
      refresh: () => (refreshed += 1),
      tell: (text) => told.push(text),
    });
  }

  const asked = async (): Promise<EventData<'hitl.approval.requested'>> => {
    core.send('Add a file a.md with: x');
    return (await core.next('hitl.approval.requested')).data;
  };
  const approve = ({ approvalId, argumentsHash }: EventData<'hitl.approval.requested'>): Promise<void> => decisions.approve({ type: 'approve', approvalId, argumentsHash });
  const decided = (): string[] => core.of('hitl.decision.made').map(({ data }) => `${data.decision} ${data.actor}`);
  const reasons = (): string[] => posted.map((message) => (message.type === 'notDecided' ? message.reason : message.type));

  it('approves what waits in its session, once, and notes that it was shown', async () => {
    const question = await asked();
    decisions.shown(question.approvalId);
    assert.equal(core.of('hitl.approval.shown')[0]?.data.surface, 'chat card');
    await approve(question);
    await core.orchestrator.idle();
    assert.deepEqual([decided(), posted], [['approve chat card'], []]);
    assert.equal(core.read('a.md'), 'x\n');
    await approve(question);
    assert.deepEqual([decided().length, reasons()], [1, ['This was already decided.']]);
  });

  it('decides nothing of another session, whatever its page says', async () => {
    const question = await asked();
    decisions = forSession('another');
    decisions.shown(question.approvalId);
    await approve(question);
    assert.deepEqual([decided(), core.of('hitl.approval.shown')], [[], []]);
    assert.deepEqual(reasons(), ['This was already decided.']);
    assert.equal(log.lines.length, 2);
    assert.equal(core.read('a.md'), undefined);
  });

  it('decides nothing but what was shown, and nothing in a window that has not the session', async () => {
    const question = await asked();
    await approve({ ...question, argumentsHash: 'another' });
    owned = false;
    await approve(question);
    decisions.shown(question.approvalId);
    assert.deepEqual([decided(), core.of('hitl.approval.shown')], [[], []]);
    assert.match(reasons().join('|'), /^This is not what you were shown any more\..*\|This session is not this window’s any more/);
    assert.equal(log.lines.length, 3);
  });

  it('says what could not be saved; then it can be pressed again', async () => {
    const question = await asked();
    core.journal.refuses = () => true;
    await approve(question);
    assert.match(reasons().join('|'), /^Your decision could not be saved, so nothing was decided: .*disk full.*Press Approve again\.$/);
    core.journal.refuses = () => false;
    await approve(question);
    await core.orchestrator.idle();
    assert.equal(core.read('a.md'), 'x\n');
  });

  it('chooses a preset, and says where that could not be saved', async () => {
    await decisions.choosePreset('trustEdits');
    assert.deepEqual([core.core.policy.state.preset, core.of('hitl.preset.changed')[0]?.data.actor], ['trustEdits', 'chat']);
    core.journal.refuses = () => true;
    await decisions.choosePreset('readOnly');
    assert.equal(core.core.policy.state.preset, 'trustEdits');
    assert.match(told.join('|'), /^Your choice could not be saved: .*Approvals are as they were/);
    core.journal.refuses = () => false;
    owned = false;
    await decisions.choosePreset('readOnly');
    assert.equal(core.core.policy.state.preset, 'trustEdits');
  });

  it('undoes, and not while a turn runs or in a window that has not the session', async () => {
    await decisions.undo('turn');
    assert.deepEqual([undone, refreshed, told], [[`${core.sessionId} turn`], 1, []]);
    failure = new Error('No file was changed there');
    await decisions.undo('turn');
    assert.deepEqual([undone.length, refreshed, told], [2, 2, ['The files could not be put back: No file was changed there']]);
    owned = false;
    await decisions.undo('turn');
    owned = true;
    await asked();
    await decisions.undo('turn');
    assert.deepEqual([undone.length, refreshed], [2, 4]);
  });

  it('chooses a model that is set up, or the offline one, and no other', async () => {
    await decisions.chooseModel('GPT');
    await decisions.chooseModel('');
    // the page shows it before the settings are written
    assert.deepEqual([chosen, refreshed], [['GPT', ''], 2]);
    await decisions.chooseModel('evil');
    assert.deepEqual([chosen, refreshed, told], [['GPT', ''], 3, []]);
    assert.match(log.lines.join(), /not set up/);
  });

  it('tells where a model could not be chosen, and shows the one before', async () => {
    failure = new Error('read-only');
    await decisions.chooseModel('GPT');
    assert.match(told.join(), /The model could not be chosen[^:]*: read-only\. It is the one before\./);
    assert.equal(refreshed, 2);
  });
});
