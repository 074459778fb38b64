import * as assert from 'node:assert/strict';
import { parseEvent, type EventData, type EventOf } from '../../../../src/protocol/events.ts';
import { endedBy, endings, endingTypes, type EndingEvent, type Requested } from '../../../../src/vscode/dialogs/endings.ts';
import { uncommitted } from '../../../support/storage.ts';

const hash = 'h';
const ended = { agent: 'coder', success: true, outcome: 'completed', durationMs: 1 } as const;

function asked(sessionId: string, callId: string, approvalId: string): Requested {
  const preview = { path: 'a.md', created: true, diff: { added: 0, removed: 0, rows: [] } };
  const data: EventData<'hitl.approval.requested'> = { callId, tool: 'write_file', approvalId, agent: 'coder', arguments: {}, argumentsHash: hash, rule: '', reason: '', preview };
  const event = parseEvent({ ...uncommitted(sessionId, 'hitl.approval.requested', data) });
  assert.ok(event.type === 'hitl.approval.requested');
  return event;
}

function event<T extends EndingEvent['type']>(sessionId: string, type: T, data: EventData<T>, source?: string): EndingEvent {
  const parsed = parseEvent({ ...uncommitted(sessionId, type, data, source) });
  const isEnding = (candidate: { type: string }): candidate is EndingEvent => (endingTypes as readonly string[]).includes(candidate.type);
  assert.ok(isEnding(parsed));
  return parsed;
}

describe('Questions', () => {
  const questions = [asked('s', 'one', '1'), asked('s', 'two', '2'), asked('t', 'one', '3')];
  const endedOf = (ending: EndingEvent): unknown => {
    const end = endedBy(ending);
    return end === undefined ? undefined : [end.ending, questions.filter(end.matches).map(({ data }) => data.approvalId)];
  };

  it('end with the turn, and not where an agent has done its part of it', () => {
    assert.deepEqual(endedOf(event('s', 'agent.processing.completed', ended)), [endings.turnEnded, ['1', '2']]);
    assert.equal(endedOf(event('s', 'agent.processing.completed', ended, 'CoderAgent')), undefined);
  });

  it('end one by one: by a decision, a deadline, and with their call', () => {
    const about = { approvalId: '2', callId: 'two', argumentsHash: hash };
    const decision: EventOf<'hitl.decision.made'>['data'] = { ...about, decision: 'approve', feedback: '', actor: 'test' };
    assert.deepEqual(endedOf(event('s', 'hitl.decision.made', decision)), [endings.decided, ['2']]);
    assert.deepEqual(endedOf(event('s', 'hitl.timeout.occurred', { ...about, waitedMs: 1 })), [endings.deadline, ['2']]);
    assert.deepEqual(endedOf(event('t', 'tool.execution.failed', { callId: 'one', tool: 'write_file', outcome: 'cancelled', message: '' })), [endings.turnEnded, ['3']]);
  });

  it('end with a turn that could not be saved, to be asked again', () => {
    assert.deepEqual(endedOf(event('t', 'system.journal.failed', { error: { code: 'journal_write', message: '' } })), [endings.notSaved, ['3']]);
  });
});
