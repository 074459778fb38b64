import * as assert from 'node:assert/strict';
import type { UncommittedEvent } from '../../../src/core/ports/Journal.ts';
import { parseEvent, type RuntimeEvent } from '../../../src/protocol/events.ts';
import { orphans } from '../../support/causationTree.ts';
import { uncommitted } from '../../support/storage.ts';

const link = (event: UncommittedEvent, eventId: string, causationId: string | undefined, others: { correlationId?: string; sessionId?: string } = {}): RuntimeEvent => {
  const { causationId: _, ...rest } = event;
  return parseEvent({ ...rest, eventId, ...(causationId === undefined ? {} : { causationId }), ...others });
};

const said = uncommitted('s', 'session.message.added', { message: { role: 'user', id: 'm', content: 'hello' } });
const answered = uncommitted('s', 'session.message.added', { message: { role: 'assistant', id: 'a', agent: 'ask', content: 'hi', toolCalls: [], interrupted: false } });
const started = uncommitted('s', 'agent.processing.started', { agent: 'ask' });
const agentStarted = uncommitted('s', 'agent.processing.started', { agent: 'ask' }, 'AskAgent');
const routed = uncommitted('s', 'agent.switched', { from: 'orchestrator', to: 'ask', reason: 'r', trigger: 'orchestrator' });
const chosen = uncommitted('s', 'agent.switched', { from: 'ask', to: 'coder', reason: 'r', trigger: 'user' });

describe('The tree of causes', () => {
  it('has no orphan where every way leads to what the person did', () => {
    const turn = [link(said, '1', undefined), link(started, '2', '1'), link(agentStarted, '3', '2'), link(routed, '4', '3'), link(answered, '5', '3')];
    assert.deepEqual(orphans([...turn, link(chosen, '6', undefined, { correlationId: 'other' }), link(started, '7', undefined)]), []);
  });

  for (const { what, events, problem } of [
    { what: 'without a cause', events: [link(answered, '1', undefined)], problem: 'session.message.added (seq none) has no cause' },
    { what: 'whose route nobody caused', events: [link(routed, '1', undefined)], problem: 'agent.switched (seq none) has no cause' },
    { what: 'of an agent that began by itself', events: [link(agentStarted, '1', undefined)], problem: 'agent.processing.started (seq none) has no cause' },
    { what: 'with a cause that is nowhere', events: [link(said, '1', undefined), link(started, '2', 'gone')], problem: 'agent.processing.started (seq none) has a cause that is not before it in the session' },
    { what: 'with a cause that came after it', events: [link(started, '2', '1'), link(said, '1', undefined)], problem: 'agent.processing.started (seq none) has a cause that is not before it in the session' },
    { what: 'that caused itself', events: [link(started, '1', '1')], problem: 'agent.processing.started (seq none) has a cause that is not before it in the session' },
    {
      what: 'with another correlation id than its cause',
      events: [link(said, '1', undefined), link(started, '2', '1', { correlationId: 'fresh' })],
      problem: 'agent.processing.started (seq none) was caused by session.message.added, which has another correlation id',
    },
    {
      what: 'with a cause in another session',
      events: [link(said, '1', undefined, { sessionId: 't' }), link(started, '2', '1')],
      problem: 'agent.processing.started (seq none) was caused by session.message.added of another session',
    },
  ]) {
    it(`finds an event ${what}`, () => assert.deepEqual(orphans(events), [problem]));
  }
});
