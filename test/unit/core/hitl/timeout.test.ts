import * as assert from 'node:assert/strict';
import { ManualClock } from '../../../support/ports.ts';
import { ScriptedModel, write } from '../../../support/ScriptedModel.ts';
import { TestCore } from '../../../support/TestCore.ts';

describe('A question that nobody answers', () => {
  let clock: ManualClock;
  let core: TestCore;
  beforeEach(async () => {
    clock = new ManualClock();
    core = new TestCore(new ScriptedModel([write('a.md', 'x'), { text: 'Understood.' }]), { clock });
    await core.open();
    core.send('write a.md');
    await core.next('hitl.approval.requested');
  });
  afterEach(() => core.dispose());

  // fault 9 of the system before this one: hitl.timeout.occurred was declared and never published
  it('is rejected when its time is over, and never approved', async () => {
    clock.pass(299_000);
    assert.equal(core.of('hitl.timeout.occurred').length, 0);
    clock.pass(1_000);
    await core.orchestrator.idle();
    const [asked] = core.of('hitl.approval.requested');
    assert.ok(asked);
    const { approvalId, callId, argumentsHash } = asked.data;
    assert.deepEqual(core.of('hitl.timeout.occurred').map(({ data }) => data), [{ approvalId, callId, argumentsHash, waitedMs: 300_000 }]);
    assert.equal(core.of('hitl.decision.made').length, 0);
    assert.equal(core.hitl.decide({ approvalId, argumentsHash, decision: 'approve', feedback: '', actor: 'late' }), 'already_decided');
    assert.deepEqual(core.workspace.written, []);
    const told = core.of('session.message.added').findLast(({ data }) => data.message.role === 'tool')?.data.message.content;
    assert.match(told ?? '', /Nobody decided within 5 minutes, so this was rejected/);
    const item = core.session.transcript.items.find(({ kind }) => kind === 'tool');
    assert.ok(item?.kind === 'tool' && item.state === 'expired');
    assert.match(item.note ?? '', /Nobody decided within 5 minutes/);
    assert.equal(core.session.session.approvals.get(callId)?.stage, 'expired');
  });

  it('counts only the time in which VS Code ran', () => {
    clock.pass(100_000);
    clock.suspend(8 * 3_600_000);
    clock.pass(190_000);
    assert.equal(core.of('hitl.timeout.occurred').length, 0);
    clock.pass(10_000);
    assert.equal(core.of('hitl.timeout.occurred').length, 1);
  });

  it('stays a question where the journal does not take that its time is over', async () => {
    core.journal.refuses = () => true;
    clock.pass(300_000);
    const [asked] = core.of('hitl.approval.requested');
    assert.ok(asked);
    core.journal.refuses = () => false;
    const { approvalId, argumentsHash } = asked.data;
    assert.equal(core.hitl.decide({ approvalId, argumentsHash, decision: 'approve', feedback: '', actor: 'dialog' }), 'decided');
    await core.orchestrator.idle();
    assert.deepEqual(core.workspace.written, [core.file('a.md')]);
  });

  it('is told once when it was shown', () => {
    const [asked] = core.of('hitl.approval.requested');
    assert.ok(asked);
    core.hitl.shown(asked.data.approvalId, 'approval dialog');
    core.hitl.shown(asked.data.approvalId, 'chat');
    core.hitl.shown('another', 'chat');
    assert.deepEqual(core.of('hitl.approval.shown').map(({ data }) => data.surface), ['approval dialog']);
    assert.equal(core.session.session.approvals.get(asked.data.callId)?.stage, 'shown');
  });
});
