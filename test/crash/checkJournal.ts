import * as fs from 'node:fs';
import type { Journal } from '../../src/core/ports/Journal.ts';
import type { Projections } from '../../src/core/ports/Projections.ts';
import { openCalls } from '../../src/core/orchestration/openCalls.ts';
import { openApproval } from '../../src/core/hitl/Approval.ts';
import { emptySession, foldSession } from '../../src/core/sessions/SessionState.ts';
import type { RuntimeEvent } from '../../src/protocol/events.ts';
import { checkMessages, countHappened, waitingQuestions } from './checkMessages.ts';
import type { ChildLine, ChildOptions, Happened } from './protocol.ts';

type Acknowledged = Extract<ChildLine, { said: 'acknowledged' }>;

export interface Check {
  lost: string[];
  doubled: string[];
  /** Approvals that must be asked again: call id and hash. */
  pending: string[];
  /** Ids of the other questions that must be asked again. */
  questions: string[];
  happened: Happened;
}

/** What a journal must hold, whenever the host before was killed. */
export function checkJournal(journal: Journal, projections: Projections, options: ChildOptions): Check {
  const bySession = Map.groupBy(acknowledged(options.acknowledged), ({ sessionId }) => sessionId);
  const check: Check = { lost: [], doubled: repeated(lines(options.effects)).map((file) => `${file} was written twice`), pending: [], questions: [], happened: { queued: 0, withdrawn: 0, answered: 0, handedOver: 0, asked: 0 } };
  const sessions = new Set([...bySession.keys(), ...projections.list().map(({ sessionId }) => sessionId), ...journal.unfinished().map(({ sessionId }) => sessionId)]);
  for (const sessionId of sessions) {
    const wanted = bySession.get(sessionId) ?? [];
    // whole, or on its way to be gone: never half there as if nothing was
    if (mayBeGone(wanted) && journal.head(sessionId)?.deleted !== false) continue;
    const events = readAll(journal, sessionId);
    if (events.some(({ seq }, index) => seq !== index + 1)) check.lost.push(`${sessionId} has a gap`);
    check.lost.push(...missing(events, wanted));
    const starts = events.flatMap((event) => (event.type === 'tool.execution.started' && event.data.tool === 'write_file' ? [event.data.callId] : []));
    check.doubled.push(...repeated(starts).map((callId) => `${callId} started twice`));
    const session = emptySession(sessionId);
    for (const event of events) foldSession(session, event);
    const messages = checkMessages(events, session);
    check.lost.push(...messages.lost);
    check.doubled.push(...messages.doubled);
    check.questions.push(...waitingQuestions(events));
    countHappened(events, check.happened);
    for (const { id } of openCalls(session)) {
      const question = session.turn === undefined ? undefined : openApproval(session.approvals, id);
      if (question !== undefined) check.pending.push(`${id} ${question.stage === 'edited' ? editedHash(events, question.approvalId) : question.argumentsHash}`);
    }
  }
  return check;
}

/** Of what the person wants in place of a question that they edited. */
function editedHash(events: readonly RuntimeEvent[], approvalId: string): string {
  const decision = events.findLast((event) => event.type === 'hitl.decision.made' && event.data.approvalId === approvalId);
  return (decision?.type === 'hitl.decision.made' ? decision.data.edited?.argumentsHash : undefined) ?? '';
}

function mayBeGone(wanted: readonly Acknowledged[]): boolean {
  return wanted.findLast(({ kind }) => kind === 'deletion' || kind === 'life')?.kind === 'deletion';
}

/** What was acknowledged and is not there, or not in the order in which it was acknowledged. */
function missing(events: readonly RuntimeEvent[], wanted: readonly Acknowledged[]): string[] {
  // some have more than one: what was queued is given later, and a call that changes nothing may end twice
  const places = Map.groupBy(events, idOf);
  let before = 0;
  return wanted.flatMap(({ sessionId, kind, id }) => {
    if (kind === 'deletion' || kind === 'life') return [];
    const found = places.get(`${kind} ${id}`);
    if (found === undefined) return [`the ${kind} ${id} of ${sessionId}`];
    const place = found.find(({ seq = 0 }) => seq > before)?.seq;
    if (place === undefined) return [`the order of the ${kind} ${id} of ${sessionId}`];
    before = place;
    return [];
  });
}

function idOf(event: RuntimeEvent): string | undefined {
  switch (event.type) {
    case 'session.message.added':
      return event.data.message.role === 'user' ? `message ${event.data.message.id}` : undefined;
    case 'session.message.queued':
    case 'hitl.question.answered':
      return `message ${event.data.messageId}`;
    case 'session.message.withdrawn':
      return `withdrawal ${event.data.messageId}`;
    case 'agent.switched':
      return `choice ${event.eventId}`;
    case 'hitl.decision.made':
      return `decision ${event.data.approvalId}`;
    case 'tool.execution.completed':
    case 'tool.execution.failed':
      return `toolEnd ${event.data.callId}`;
    default:
      return undefined;
  }
}

function readAll(journal: Journal, sessionId: string): RuntimeEvent[] {
  const events: RuntimeEvent[] = [];
  for (let more = true; more; ) {
    const page = journal.page(sessionId, events.at(-1)?.seq ?? 0);
    events.push(...page.events);
    more = page.more;
  }
  return events;
}

function acknowledged(file: string): Acknowledged[] {
  return lines(file).map((line) => JSON.parse(line) as Acknowledged);
}

function lines(file: string): string[] {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n').filter((line) => line !== '') : [];
}

function repeated(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}
