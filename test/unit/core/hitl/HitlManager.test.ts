import * as assert from 'node:assert/strict';
import { EventBus } from '../../../../src/core/bus/EventBus.ts';
import { TurnScope } from '../../../../src/core/bus/TurnScope.ts';
import { argumentsHash } from '../../../../src/core/hitl/argumentsHash.ts';
import { HitlManager, type ApprovalRequest } from '../../../../src/core/hitl/HitlManager.ts';
import { systemClock } from '../../../../src/vscode/adapters/systemClock.ts';
import { ManualClock, MemoryLog } from '../../../support/ports.ts';
import { MemoryJournal } from '../../../support/MemoryStore.ts';

const request: ApprovalRequest = {
  callId: 'call',
  tool: 'write_file',
  agent: 'coder',
  arguments: { path: 'a.md' },
  argumentsHash: 'hash',
  rule: 'rule',
  reason: 'reason',
  preview: { path: 'a.md', created: true, diff: { added: 0, removed: 0, rows: [] } },
};

describe('HitlManager', () => {
  let journal: MemoryJournal;
  let scope: TurnScope;
  let hitl: HitlManager;
  let clock: ManualClock;
  let signal: AbortSignal;
  let stop: () => void;
  beforeEach(() => {
    journal = new MemoryJournal();
    const bus = new EventBus({ journal, clock: systemClock, log: new MemoryLog() });
    scope = new TurnScope({ bus, sessionId: 's', correlationId: 'turn' });
    clock = new ManualClock();
    hitl = new HitlManager({ clock, log: new MemoryLog() });
    const controller = new AbortController();
    signal = controller.signal;
    stop = () => controller.abort();
  });

  const asked = (): string => {
    const event = journal.events.find((candidate) => candidate.type === 'hitl.approval.requested');
    assert.ok(event?.type === 'hitl.approval.requested');
    return event.data.approvalId;
  };

  it('resolves once: later decisions hear that it was decided', async () => {
    const outcome = hitl.request(scope, request, { signal });
    const approve = { approvalId: asked(), argumentsHash: 'hash', decision: 'approve' as const, feedback: '', actor: 'dialog' };
    assert.equal(hitl.decide(approve), 'decided');
    assert.equal(hitl.decide({ ...approve, decision: 'reject' }), 'already_decided');
    assert.equal((await outcome).decision, 'approve');
    assert.equal(journal.events.filter(({ type }) => type === 'hitl.decision.made').length, 1);
  });

  it('takes no decision for anything but what was shown', async () => {
    const outcome = hitl.request(scope, request, { signal });
    const decision = { approvalId: asked(), argumentsHash: 'another', decision: 'approve' as const, feedback: '', actor: 'dialog' };
    assert.equal(hitl.decide(decision), 'not_what_was_shown');
    assert.equal(hitl.decide({ ...decision, approvalId: 'unknown' }), 'already_decided');
    stop();
    assert.equal((await outcome).decision, 'cancelled');
    assert.equal(journal.events.filter(({ type }) => type === 'hitl.decision.made').length, 0);
  });

  it('decides nothing that could not be journaled, and can be asked again', async () => {
    const outcome = hitl.request(scope, request, { signal });
    const approve = { approvalId: asked(), argumentsHash: 'hash', decision: 'approve' as const, feedback: '', actor: 'dialog' };
    journal.refuses = () => true;
    assert.throws(() => hitl.decide(approve), /disk full/);
    journal.refuses = () => false;
    assert.equal(hitl.decide(approve), 'decided');
    assert.equal((await outcome).decision, 'approve');
  });

  it('asks nobody what could not be journaled', async () => {
    journal.refuses = () => true;
    await assert.rejects(hitl.request(scope, request, { signal }), /disk full/);
  });

  it('is withdrawn when the turn stops, and cannot be decided after that', async () => {
    const outcome = hitl.request(scope, request, { signal });
    stop();
    assert.deepEqual(await outcome, { decision: 'cancelled' });
    assert.equal(hitl.decide({ approvalId: asked(), argumentsHash: 'hash', decision: 'approve', feedback: '', actor: 'dialog' }), 'already_decided');
  });
});

describe('argumentsHash', () => {
  it('is the same for the same value in another order, and another for another value', () => {
    assert.equal(argumentsHash({ a: 1, b: { c: [1, 2], d: null } }), argumentsHash({ b: { d: null, c: [1, 2] }, a: 1 }));
    assert.notEqual(argumentsHash({ a: [1, 2] }), argumentsHash({ a: [2, 1] }));
    assert.notEqual(argumentsHash({ a: '1' }), argumentsHash({ a: 1 }));
  });
});
