import * as assert from 'node:assert/strict';
import { eventTypes, parseEvent, type EventData, type EventType, type RuntimeEvent } from '../../../src/protocol/events.ts';
import { agentSources, others, proofs, runs, subsystems, type Expected } from '../../coverage/subsystems.ts';
import { check, report, strangers, type Observed, type Proof } from '../../coverage/verdict.ts';
import { uncommitted } from '../../support/storage.ts';

const event = <T extends EventType>(type: T, data: EventData<T>, source?: string): RuntimeEvent => parseEvent({ ...uncommitted('s', type, data, source) });

/** An event as the table wants it, from whomever. */
function example({ type, trigger = 'user', publisher }: Expected, source = publisher): RuntimeEvent {
  if (type === 'agent.switched') return event(type, { from: 'a', to: 'b', reason: 'r', trigger }, source);
  // what is counted is the envelope
  return Object.assign({ ...event('system.shutdown', {}, source) }, { type });
}

const allProofs = (): Map<string, Proof> => new Map(subsystems.flatMap(({ proofs: wanted = [] }) => wanted).map((proof) => [proof, { count: 1 }]));
const complete = (): Observed => ({ events: subsystems.flatMap(({ events }) => events.map((expected) => example(expected))), proofs: allProofs() });
const judged = (observed: Observed, other = complete()): string[] =>
  check(subsystems, { 'event-driven': observed, 'by timer': other }).flatMap(({ name, covered }) => (covered ? [] : name));

describe('The table of subsystems', () => {
  it('is the specification’s: thirteen rows', () => {
    assert.equal(subsystems.length, 13);
    assert.deepEqual(Object.keys(agentSources), ['orchestrator', 'coder', 'architect', 'debug', 'ask', 'universal']);
    assert.ok(subsystems.every(({ events, proofs: measured = [] }) => events.length + measured.length > 0));
  });

  it('is covered where everybody publishes what is theirs', () => {
    assert.deepEqual(judged(complete()), []);
    assert.equal(report(check(subsystems, { 'event-driven': complete(), 'by timer': complete() }), []).at(-1), 'coverage: 13 of 13 subsystems');
  });

  for (const { name, events, proofs: measured = [], only } of subsystems) {
    const run = only ?? 'event-driven';
    const without = (observed: Observed): string[] => (run === 'by timer' ? judged(complete(), observed) : judged(observed));

    for (const expected of events) {
      const { type, trigger, publisher } = expected;
      const others = (): RuntimeEvent[] => {
        const wanted = example(expected);
        return complete().events.filter((one) => one.type !== wanted.type || one.source !== wanted.source || (one.type === 'agent.switched' && one.data.trigger !== trigger));
      };
      it(`has a gap where ${publisher} does not publish ${type}${trigger === undefined ? '' : ` (${trigger})`}, or somebody else does`, () => {
        assert.deepEqual(without({ events: others(), proofs: allProofs() }), [name]);
        assert.deepEqual(without({ events: [...others(), example(expected, 'Somebody')], proofs: allProofs() }), [name]);
      });
    }
    for (const proof of measured) {
      it(`has a gap where it is not so that ${name}: ${proof}`, () => {
        const broken = allProofs().set(proof, { count: 1, problem: 'it is not so' });
        assert.deepEqual(without({ ...complete(), proofs: broken }), [name]);
        const missing = allProofs();
        missing.delete(proof);
        assert.deepEqual(without({ ...complete(), proofs: missing }), [name]);
      });
    }
  }

  it('leaves no type of the catalogue out', () => {
    const types = new Set([...subsystems, others].flatMap(({ events }) => events.map(({ type }) => type)));
    assert.deepEqual([...types].sort(), [...eventTypes].sort());
    const some: Observed = { events: others.events.map((expected) => example(expected)), proofs: new Map() };
    const rest = (events: readonly RuntimeEvent[]): boolean[] => check([others], { 'event-driven': { ...some, events }, 'by timer': some }).map(({ covered }) => covered);
    assert.deepEqual(rest(some.events), [true]);
    for (const { type } of others.events) assert.deepEqual(rest(some.events.filter((one) => one.type !== type)), [false], type);
    const lines = report([], check([others], { 'event-driven': some, 'by timer': some }));
    assert.ok(lines.some((line) => line.includes('system.journal.failed')));
    assert.equal(lines.at(-1), 'coverage: 0 of 0 subsystems');
  });

  it('asks of each run only what works there', () => {
    const nothing: Observed = { events: [], proofs: new Map() };
    const uncovered = judged(nothing);
    assert.ok(!uncovered.includes('Background writers') && uncovered.includes('PersistenceSubscriber'));
    const other = judged(complete(), nothing);
    assert.ok(other.includes('Background writers') && !other.includes('PersistenceSubscriber'));
  });

  it('is printed in columns, with the counts of both runs and what is missing', () => {
    const observed = complete();
    const foreign = observed.events.map((one) => (one.source === 'AgentRouter' ? { ...one, source: 'Somebody' } : one));
    const lines = report(check(subsystems, { 'event-driven': { ...observed, events: foreign }, 'by timer': complete() }), []);
    assert.match(lines.find((line) => line.includes('agent.registered')) ?? '', /^13 +AgentRouter +agent\.registered +AgentRouter +0 +1 +← gap: event-driven, only Somebody published it$/);
    assert.match(lines.find((line) => line.includes(proofs.handles['agent.switched'])) ?? '', / 1 +–$/);
    const [head = ''] = lines;
    for (const run of runs) assert.ok(head.includes(run));
    assert.equal(lines.at(-1), 'coverage: 12 of 13 subsystems');
  });
});

describe('Events of strangers', () => {
  it('are told: a type that its publisher in the catalogue did not publish', () => {
    const own = event('session.created', { title: 'x' });
    assert.deepEqual(strangers([own, event('agent.processing.started', { agent: 'coder' }, 'CoderAgent')]), []);
    assert.deepEqual(strangers([own, { ...own, source: 'Somebody' }, { ...own, source: 'Somebody' }]), ['session.created was published by Somebody, and is of SessionManager']);
  });
});
