import * as assert from 'node:assert/strict';
import { isTurnEvent } from '../../../../src/core/sessions/turnEvents.ts';
import { MemoryStore } from '../../../support/MemoryStore.ts';
import { ManualClock } from '../../../support/ports.ts';
import { ScriptedModel, write } from '../../../support/ScriptedModel.ts';
import { TestCore } from '../../../support/TestCore.ts';

describe('One owner a session', () => {
  let store: MemoryStore;
  let clock: ManualClock;
  let first: TestCore;
  let second: TestCore;
  beforeEach(() => {
    store = new MemoryStore();
    clock = new ManualClock();
    first = new TestCore(new ScriptedModel([write('a.md', 'x'), { text: 'Done.' }]), { store, clock, host: 'first' });
    second = new TestCore(new ScriptedModel([{ text: 'Hello from the second.' }]), { store, clock, root: first.root, host: 'second' });
  });
  afterEach(() => {
    second.dispose();
    first.dispose();
  });

  const changedHands = (core: TestCore): Promise<void> =>
    new Promise((resolve) => {
      const subscription = core.session.onChangedHands(() => {
        subscription.dispose();
        resolve();
      });
    });

  it('shows a session that another host has, and takes no message for it', async () => {
    const { id } = await first.open();
    first.send('write a.md');
    await first.next('hitl.approval.requested');
    const shown = await second.open(id);
    assert.equal(shown.owned, false);
    assert.ok(shown.transcript.items.some((item) => item.kind === 'user' && item.text === 'write a.md'));
    const before = store.events.length;
    assert.equal(second.send('me too'), 'elsewhere');
    second.orchestrator.resume(id);
    await second.orchestrator.idle();
    assert.equal(store.events.length, before);
  });

  it('takes it over when the other gives it back, with everything that happened there', async () => {
    const { id } = await first.open();
    await second.open(id);
    first.approveAll();
    await first.turn('write a.md');
    assert.ok(second.session.transcript.items.length < first.session.transcript.items.length);
    const { items } = first.session.transcript;
    const taken = changedHands(second);
    first.core.openSessions.close(id);
    clock.pass(2_000);
    await taken;
    assert.equal(second.session.owned, true);
    assert.deepEqual(second.session.transcript.items, items);
    assert.equal(second.send('hello'), 'accepted');
    await second.orchestrator.idle();
    assert.equal(second.session.session.messages.length, 6);
  });

  it('takes no message for what it takes over until everything is read: what it knew of it is old', async () => {
    const { id } = await first.open();
    first.send('write a.md');
    await first.next('hitl.approval.requested');
    await second.open(id);
    first.orchestrator.stop(id);
    await first.orchestrator.idle();
    first.core.openSessions.close(id);
    second.journal.pageSize = 3;
    const taken = changedHands(second);
    clock.pass(2_000);
    // the turn that it knows of as open is over
    assert.equal(second.send('hello'), 'elsewhere');
    await taken;
    assert.equal(second.send('hello'), 'accepted');
    await second.orchestrator.idle();
    const ends = store.events.flatMap((event) => (event.type === 'agent.processing.completed' && isTurnEvent(event) ? [event.data.outcome] : []));
    assert.deepEqual(ends, ['stopped', 'completed']);
  });

  it('keeps nothing of a session that is closed while it is taken over', async () => {
    const { id } = await first.open();
    first.approveAll();
    await first.turn('write a.md');
    await second.open(id);
    first.core.openSessions.close(id);
    second.journal.pageSize = 3;
    clock.pass(2_000);
    second.core.openSessions.close(id);
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    assert.equal(second.core.sessions.find(id), undefined);
    assert.equal(store.leases.has(id), false);
  });

  it('aborts the turn of a host that lost it: nothing that it does has an effect any more', async () => {
    const { id } = await first.open();
    first.send('write a.md');
    const { data } = await first.next('hitl.approval.requested');
    // the first host said nothing for too long
    store.leases.set(id, 'second');
    const lost = changedHands(first);
    clock.pass(3_000);
    await lost;
    await first.orchestrator.idle();
    assert.equal(first.session.owned, false);
    const { approvalId, argumentsHash } = data;
    assert.equal(first.hitl.decide({ approvalId, argumentsHash, decision: 'approve', feedback: '', actor: 'test' }), 'already_decided');
    assert.deepEqual(first.workspace.written, []);
    assert.equal(first.of('system.journal.failed')[0]?.data.error.code, 'session_not_owned');
  });

  it('lets a host that lost it decide nothing, even before it noticed', async () => {
    const { id } = await first.open();
    first.send('write a.md');
    const { data } = await first.next('hitl.approval.requested');
    store.leases.set(id, 'second');
    const { approvalId, argumentsHash } = data;
    assert.throws(() => first.hitl.decide({ approvalId, argumentsHash, decision: 'approve', feedback: '', actor: 'test' }), /Another window has this session/);
    assert.deepEqual(first.workspace.written, []);
  });

  it('does not find a session its own again while a tool of the turn that lost it still acts', async () => {
    const { id } = await first.open();
    const acting = Promise.withResolvers<undefined>();
    const release = Promise.withResolvers<undefined>();
    first.workspace.writeText = async () => {
      acting.resolve(undefined);
      await release.promise;
    };
    first.approveAll();
    first.send('write a.md');
    await acting.promise;
    // another host had it for a while, said that the outcome is unknown, and gave it back
    store.leases.delete(id);
    clock.pass(3_000);
    const deleted = first.core.deletion.delete(id);
    release.resolve(undefined);
    await deleted;
    assert.deepEqual(
      store.of(id).slice(-2).map(({ type }) => type),
      ['tool.execution.started', 'session.deleted'],
    );
  });

  it('keeps a session in memory while its turn runs, and forgets it after that', async () => {
    const { id } = await first.open();
    first.send('write a.md');
    const { data } = await first.next('hitl.approval.requested');
    first.core.openSessions.close(id);
    assert.equal(store.leases.get(id), 'first');
    const { approvalId, argumentsHash } = data;
    first.hitl.decide({ approvalId, argumentsHash, decision: 'approve', feedback: '', actor: 'test' });
    await first.orchestrator.idle();
    await new Promise(setImmediate);
    assert.equal(store.leases.has(id), false);
    assert.equal(first.core.sessions.find(id), undefined);
  });
});

describe('Deleting a session', () => {
  let core: TestCore;
  beforeEach(async () => {
    core = new TestCore(new ScriptedModel([write('a.md', 'x'), { text: 'Done.' }]));
    await core.open();
  });
  afterEach(() => core.dispose());

  it('can be taken back, and takes no event meanwhile', async () => {
    core.approveAll();
    await core.turn('write a.md');
    const { items } = core.session.transcript;
    const { id } = core.session;
    await core.core.deletion.delete(id);
    assert.deepEqual((await core.core.persistence.list()).sessions, []);
    assert.throws(() => core.send('hello'), /deleted/);
    core.core.openSessions.close(id);
    assert.equal(await core.core.openSessions.open(id), undefined);
    core.core.deletion.restore(id);
    assert.deepEqual((await core.open(id)).transcript.items, items);
    assert.deepEqual((await core.core.persistence.list()).sessions.map(({ title, messageCount }) => ({ title, messageCount })), [{ title: 'write a.md', messageCount: 4 }]);
  });

  it('keeps it from other hosts until it is taken back, though nobody shows it', async () => {
    const { id } = core.session;
    const other = new TestCore(new ScriptedModel([]), { store: core.store, root: core.root, host: 'other' });
    await core.core.deletion.delete(id);
    core.core.openSessions.close(id);
    await other.core.recovery.run();
    await assert.rejects(other.core.deletion.delete(id), /another window/);
    assert.throws(() => other.core.deletion.restore(id), /another window/);
    core.core.deletion.restore(id);
    assert.deepEqual(core.store.of(id).map(({ type }) => type), ['session.created', 'session.deleted', 'session.restored']);
    assert.equal((await other.open(id)).owned, true);
    other.dispose();
  });

  it('gives back what it was not to delete, since another host has it by now', async () => {
    const { id } = core.session;
    const other = new TestCore(new ScriptedModel([]), { store: core.store, root: core.root, host: 'other' });
    // this host hung for so long that its lease ran out, and it did not notice yet
    core.store.leases.delete(id);
    await other.core.deletion.delete(id);
    await assert.rejects(core.core.deletion.delete(id), /Another window/);
    core.core.openSessions.close(id);
    other.core.deletion.restore(id);
    assert.equal((await other.open(id)).owned, true);
    other.core.openSessions.close(id);
    assert.equal((await core.open(id)).owned, true);
    assert.equal(core.store.leases.get(id), 'host');
    other.dispose();
  });

  it('cannot be taken back once it is being erased, and nothing comes after that', async () => {
    const { id } = core.session;
    core.approveAll();
    await core.turn('write a.md');
    await core.core.deletion.delete(id);
    const erased = core.core.deletion.erase(id);
    assert.throws(() => core.core.deletion.restore(id), /deleted for good/);
    await erased;
    assert.throws(() => core.core.deletion.restore(id), /deleted for good/);
    await assert.rejects(core.core.deletion.delete(id), /deleted for good/);
    // its panel is still there
    assert.throws(() => core.send('hello'), /deleted/);
    core.orchestrator.resume(id);
    await core.orchestrator.idle();
    assert.deepEqual(core.store.of(id), []);
  });

  it('does nothing for what was never deleted', () => {
    core.core.deletion.restore(core.sessionId);
    assert.deepEqual(core.store.of(core.sessionId).map(({ type }) => type), ['session.created']);
  });

  it('stops the turn that runs first', async () => {
    core.send('write a.md');
    await core.next('hitl.approval.requested');
    await core.core.deletion.delete(core.sessionId);
    assert.equal(core.turnEnds()[0]?.data.outcome, 'stopped');
    assert.deepEqual(
      core.store.of(core.sessionId).slice(-2).map(({ type }) => type),
      ['agent.processing.completed', 'session.deleted'],
    );
  });

  // fault 11 of the system before this one: resetting a session changed the context behind the bus's back
  it('changes the agent context by events alone', async () => {
    core.approveAll();
    await core.turn('write a.md');
    const { id } = core.session;
    assert.equal(core.contexts.get(id).currentAgent, 'coder');
    const seen: string[] = [];
    core.bus.onAll(({ type }) => void seen.push(`${type}: ${core.contexts.get(id).currentAgent}`), { priority: -1 });
    await core.core.deletion.delete(id);
    assert.deepEqual(seen.filter((line) => !line.startsWith('database')), ['session.deleted: orchestrator']);
    core.core.deletion.restore(id);
    assert.equal(core.contexts.get(id).currentAgent, 'coder');
    core.core.openSessions.close(id);
    await core.open(id);
    assert.equal(core.contexts.get(id).currentAgent, 'coder');
  });
});
