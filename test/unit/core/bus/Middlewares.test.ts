import * as assert from 'node:assert/strict';
import { EventBus, type EventDraft } from '../../../../src/core/bus/EventBus.ts';
import { EventCancelledError } from '../../../../src/core/bus/EventCancelledError.ts';
import type { Middleware } from '../../../../src/core/bus/Middlewares.ts';
import { eventTypes, passesMiddleware, type RuntimeEvent } from '../../../../src/protocol/events.ts';
import { systemClock } from '../../../../src/vscode/adapters/systemClock.ts';
import { MemoryLog } from '../../../support/ports.ts';
import { MemoryJournal } from '../../../support/MemoryStore.ts';

const created = (title: string): EventDraft<'session.created'> => ({ type: 'session.created', source: 'test', sessionId: 's', correlationId: 'c', data: { title } });
const delta = (text: string): EventDraft<'llm.text.delta'> => ({
  type: 'llm.text.delta',
  source: 'test',
  sessionId: 's',
  correlationId: 'c',
  data: { messageId: 'm', agent: 'coder', text },
});

/** Appends to the titles of new sessions. */
const retitle = (suffix: string): Middleware => (event) => (event.type === 'session.created' ? { ...event, data: { title: event.data.title + suffix } } : event);

describe('Middlewares of the EventBus', () => {
  let journal: MemoryJournal;
  let log: MemoryLog;
  let bus: EventBus;
  let seen: RuntimeEvent[];
  beforeEach(() => {
    journal = new MemoryJournal();
    log = new MemoryLog();
    bus = new EventBus({ journal, clock: systemClock, log });
    seen = [];
    bus.onAll((event) => void seen.push(event));
  });

  it('change data before the commit, in the order of registration', () => {
    bus.use(retitle(' one'));
    bus.use(retitle(' two'));
    const event = bus.publish(created('a'));
    assert.deepEqual(event.data, { title: 'a one two' });
    assert.deepEqual(journal.events, [event]);
    assert.deepEqual(seen, [event]);
  });

  it('see the event before it is committed, without a seq', () => {
    const before: [number, boolean][] = [];
    bus.use((event) => {
      before.push([journal.events.length, 'seq' in event]);
      return event;
    });
    assert.equal(bus.publish(created('a')).seq, 1);
    assert.deepEqual(before, [[0, false]]);
  });

  it('that cancel a durable event stop its publisher: nothing is committed, dispatched, or seen by later ones', () => {
    const later: string[] = [];
    bus.use(() => undefined);
    bus.use((event) => {
      later.push(event.type);
      return event;
    });
    assert.throws(() => bus.publish(created('a')), (error) => error instanceof EventCancelledError && error.info.code === 'event_cancelled');
    assert.deepEqual([journal.events, seen, later], [[], [], []]);
    assert.deepEqual(bus.statistics.total, { published: 0, handled: 0, failed: 0, cancelled: 1 });
  });

  it('that cancel a transient event drop it in silence', () => {
    bus.use(({ type }) => (type === 'llm.text.delta' ? undefined : assert.fail()));
    assert.equal(bus.publish(delta('x')).data.text, 'x');
    assert.deepEqual(seen, []);
    assert.deepEqual(bus.statistics.byType.get('llm.text.delta'), { published: 0, handled: 0, failed: 0, cancelled: 1 });
    assert.deepEqual(log.lines, []);
  });

  it('that throw are counted and logged, and the event goes on as it was, also where they had changed their copy', () => {
    bus.use((event) => {
      if (event.type === 'session.created') event.data.title = 'half changed';
      throw new Error('a broken middleware');
    });
    bus.use(retitle(' two'));
    const draft = created('a');
    assert.deepEqual(bus.publish(draft).data, { title: 'a two' });
    assert.deepEqual(draft, created('a'));
    assert.equal(bus.statistics.total.failed, 1);
    assert.match(log.lines.join('\n'), /session\.created[\s\S]*a broken middleware/);
  });

  const another: { what: string; middleware: Middleware }[] = [
    { what: 'the event id', middleware: (event) => ({ ...event, eventId: 'other' }) },
    { what: 'the session', middleware: (event) => ({ ...event, sessionId: 'other' }) },
    { what: 'the source', middleware: (event) => ({ ...event, source: 'other' }) },
    { what: 'the correlation', middleware: (event) => ({ ...event, correlationId: 'other' }) },
    { what: 'the cause', middleware: (event) => ({ ...event, causationId: 'other' }) },
    { what: 'the seq', middleware: (event) => ({ ...event, seq: 7 }) },
    { what: 'the event itself, for another', middleware: () => seen[0] },
    { what: 'the session, to none', middleware: ({ sessionId: _, ...event }) => event },
    { what: 'the type', middleware: (event) => (event.type === 'session.created' ? { ...event, type: 'session.updated', data: { title: 'other' } } : event) },
  ];
  for (const { what, middleware } of another)
    it(`may not change ${what}`, () => {
      bus.publish(delta('an earlier event'));
      bus.use(middleware);
      const event = bus.publish(created('a'));
      const { eventId, timestamp, ...rest } = event;
      assert.notEqual(eventId, 'other');
      assert.ok(timestamp !== '');
      const category = 'session';
      assert.deepEqual(rest, { type: 'session.created', category, sessionId: 's', correlationId: 'c', source: 'test', version: 1, seq: 1, data: { title: 'a' } });
      assert.deepEqual(journal.events, [event]);
      assert.equal(bus.statistics.total.failed, 1);
      assert.match(log.lines.join('\n'), /nothing but data/);
    });

  it('may not change the envelope in place', () => {
    bus.use((event) => {
      Object.assign(event, { source: 'other' });
      return event;
    });
    assert.equal(bus.publish(created('a')).source, 'test');
    assert.equal(bus.statistics.total.failed, 1);
  });

  it('that make data invalid have failed: what is committed is valid', () => {
    bus.use((event) => (event.type === 'llm.text.delta' ? { ...event, data: { ...event.data, extra: 'field' } } : event));
    assert.deepEqual(bus.publish(delta('x')).data, delta('x').data);
    assert.equal(bus.statistics.total.failed, 1);
  });

  it('never see what was decided or done', () => {
    bus.use(() => undefined);
    const call = { callId: 'k', tool: 'write_file' };
    const common = { source: 'test', sessionId: 's', correlationId: 'c' };
    const decision = { approvalId: 'a', callId: 'k', argumentsHash: 'h' };
    bus.publish({ ...common, type: 'hitl.decision.made', data: { ...decision, decision: 'approve', feedback: '', actor: 'person' } });
    bus.publish({ ...common, type: 'hitl.timeout.occurred', data: { ...decision, waitedMs: 1 } });
    bus.publish({ ...common, type: 'hitl.question.answered', data: { questionId: 'q', messageId: 'm', answer: 'yes', actor: 'person' } });
    const rule = { tool: 'write_file', effect: 'allow' } as const;
    bus.publish({ ...common, type: 'hitl.verdict.given', data: { ...call, agent: 'coder', object: 'a.md', verdict: 'allow', rule: 'r', source: 'user', reason: 'r', argumentsHash: 'h' } });
    bus.publish({ ...common, type: 'hitl.rule.added', data: { ruleId: 'r', scope: 'session', rule, actor: 'person' } });
    bus.publish({ ...common, type: 'hitl.rule.removed', data: { ruleId: 'r', scope: 'session', rule, actor: 'person' } });
    bus.publish({ ...common, type: 'hitl.preset.changed', data: { preset: 'askAll', actor: 'person' } });
    bus.publish({ ...common, type: 'tool.change.recorded', data: { ...call, files: [{ path: 'a.md', before: null, after: 'h' }] } });
    bus.publish({ ...common, type: 'session.undo.started', data: { undoId: 'u', of: 'c', files: [] } });
    bus.publish({ ...common, type: 'session.undo.completed', data: { undoId: 'u', of: 'c', restored: [], refused: [] } });
    bus.publish({ ...common, type: 'tool.execution.started', data: { ...call, argumentsHash: 'h' } });
    bus.publish({ ...common, type: 'tool.execution.completed', data: { ...call, durationMs: 1, resultLength: 1 } });
    bus.publish({ ...common, type: 'tool.execution.failed', data: { ...call, outcome: 'error', message: 'no' } });
    const types = seen.map(({ type }) => type);
    assert.equal(types.length, 13);
    assert.deepEqual(types.toSorted(), eventTypes.filter((type) => !passesMiddleware(type)).toSorted());
  });

  it('are gone when they are disposed, also by an earlier one in the same run; one that is added in a run begins with the next event', () => {
    const one = bus.use((event) => {
      two.dispose();
      bus.use(retitle(' three'));
      one.dispose();
      return event;
    });
    const two = bus.use(retitle(' two'));
    assert.deepEqual(bus.publish(created('a')).data, { title: 'a' });
    assert.deepEqual(bus.publish(created('b')).data, { title: 'b three' });
    assert.equal(bus.statistics.total.failed, 0);
  });
});
