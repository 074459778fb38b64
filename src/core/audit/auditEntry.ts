import type { EventData, EventType, RuntimeEvent } from '../../protocol/events.ts';
import { argumentsHash } from '../hitl/argumentsHash.ts';
import type { AuditEntry } from '../ports/AuditLog.ts';

/** The `sessionId` of entries, and in the journal of events, that are of no session: rules and settings of the workspace. */
export const WORKSPACE = '';

/** The events that the audit log keeps. */
export const auditedTypes: readonly EventType[] = [
  'tool.execution.requested',
  'tool.approval.required',
  'hitl.verdict.given',
  'hitl.approval.requested',
  'hitl.approval.shown',
  'hitl.decision.made',
  'hitl.timeout.occurred',
  'hitl.question.asked',
  'hitl.question.answered',
  'hitl.rule.added',
  'hitl.rule.removed',
  'hitl.preset.changed',
  'hitl.settings.changed',
  'tool.execution.started',
  'tool.execution.completed',
  'tool.execution.failed',
  'session.undo.started',
  'session.undo.completed',
  'session.deleted',
  'session.restored',
];

type Details = Omit<AuditEntry, 'eventId' | 'sessionId' | 'type' | 'timestamp' | 'correlationId'>;

export function isAudited({ type }: RuntimeEvent): boolean {
  return auditedTypes.includes(type);
}

/** What the audit log keeps of an event: who, what, by which rule, how it ended; hashes and ids in place of content. `undefined` for what it does not keep. */
export function auditEntry(event: RuntimeEvent): AuditEntry | undefined {
  const { eventId, sessionId = WORKSPACE, type, timestamp, correlationId } = event;
  const details = approvalDetails(event) ?? policyDetails(event) ?? callDetails(event) ?? sessionDetails(event);
  return details === undefined ? undefined : { eventId, sessionId, type, timestamp, correlationId, ...details };
}

function approvalDetails(event: RuntimeEvent): Details | undefined {
  switch (event.type) {
    case 'hitl.approval.requested': {
      const { callId, tool, approvalId, argumentsHash, agent: actor, rule, source, preview } = event.data;
      return { callId, tool, approvalId, argumentsHash, actor, object: preview.path, rule, ...(source === undefined ? {} : { source }) };
    }
    case 'hitl.approval.shown': {
      const { callId, approvalId, surface: actor } = event.data;
      return { callId, approvalId, actor };
    }
    case 'hitl.decision.made':
      return decisionDetails(event.data);
    case 'hitl.timeout.occurred': {
      const { callId, approvalId, argumentsHash } = event.data;
      return { callId, approvalId, argumentsHash, outcome: 'expired' };
    }
    case 'hitl.question.asked': {
      const { questionId, callId, agent: actor, kind: outcome } = event.data;
      return { questionId, ...(callId === undefined ? {} : { callId }), actor, outcome };
    }
    case 'hitl.question.answered': {
      const { questionId, answer, actor } = event.data;
      return { questionId, argumentsHash: argumentsHash(answer), actor, outcome: 'answered' };
    }
    default:
      return undefined;
  }
}

function decisionDetails({ callId, approvalId, argumentsHash: hash, actor, decision, feedback, edited }: EventData<'hitl.decision.made'>): Details {
  return {
    callId,
    approvalId,
    argumentsHash: hash,
    actor,
    outcome: decision,
    ...(feedback === '' ? {} : { feedbackHash: argumentsHash(feedback) }),
    ...(edited === undefined ? {} : { editedHash: edited.argumentsHash }),
  };
}

function policyDetails(event: RuntimeEvent): Details | undefined {
  switch (event.type) {
    case 'hitl.verdict.given': {
      const { callId, tool, agent: actor, object, verdict: outcome, rule, source, argumentsHash } = event.data;
      return { callId, tool, actor, object, outcome, rule, source, argumentsHash };
    }
    case 'hitl.rule.added':
    case 'hitl.rule.removed': {
      const { scope, rule, actor } = event.data;
      return { actor, scope, rule: JSON.stringify(rule) };
    }
    case 'hitl.preset.changed':
      return { actor: event.data.actor, preset: event.data.preset };
    case 'hitl.settings.changed': {
      const { enabled, rules } = event.data;
      return { outcome: enabled ? 'on' : 'off', rule: JSON.stringify(rules) };
    }
    default:
      return undefined;
  }
}

function callDetails(event: RuntimeEvent): Details | undefined {
  switch (event.type) {
    case 'tool.execution.requested': {
      const { callId, tool, object, arguments: text } = event.data;
      // of a call that nobody can read its arguments stand there
      return { callId, tool, outcome: 'requested', ...(text.startsWith(object) ? {} : { object }) };
    }
    case 'tool.approval.required': {
      const { callId, tool, rule } = event.data;
      return { callId, tool, outcome: 'ask', rule };
    }
    case 'tool.execution.started': {
      const { callId, tool, argumentsHash } = event.data;
      return { callId, tool, argumentsHash };
    }
    case 'tool.execution.completed':
      return { callId: event.data.callId, tool: event.data.tool, outcome: 'ok' };
    case 'tool.execution.failed':
      return { callId: event.data.callId, tool: event.data.tool, outcome: event.data.outcome };
    default:
      return undefined;
  }
}

function sessionDetails(event: RuntimeEvent): Details | undefined {
  switch (event.type) {
    case 'session.undo.started':
      return { undoId: event.data.undoId, of: event.data.of, files: event.data.files.map(({ path }) => path) };
    case 'session.undo.completed': {
      const { undoId, of, restored, refused } = event.data;
      return { undoId, of, files: restored, refused: refused.map(({ path }) => path) };
    }
    case 'session.deleted':
    case 'session.restored':
      return {};
    default:
      return undefined;
  }
}
