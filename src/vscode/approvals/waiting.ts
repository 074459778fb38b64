import type { PendingApproval } from '../../core/hitl/HitlManager.ts';
import { foreignPath, foreignText } from '../foreignText.ts';

/** A question that waits, in words that VS Code's own surfaces may show: nothing in them is hidden, or becomes an icon or a link. */
export interface Waiting {
  approvalId: string;
  /** Goes back with the decision. */
  argumentsHash: string;
  sessionId: string;
  /** "Edit src/a.ts?" */
  question: string;
  /** "edit src/a.ts": what its agent wants to. */
  wants: string;
  agent: string;
  /** The session's. */
  title: string;
  /** Why the person is asked. */
  why: string;
  /** A codicon's name. */
  icon: string;
  /** "4 min left" */
  left: string;
}

export interface Names {
  titleOf: (sessionId: string) => string;
  agentTitle: (agent: string) => string;
}

const MINUTE = 60_000;

export function waiting({ sessionId, data, leftMs }: PendingApproval, { titleOf, agentTitle }: Names): Waiting {
  const { path, created, diff } = data.preview;
  const [verb, icon] = diff === undefined ? ['read', 'file'] : created ? ['create', 'new-file'] : ['edit', 'edit'];
  const shown = foreignPath(path);
  return {
    approvalId: data.approvalId,
    argumentsHash: data.argumentsHash,
    sessionId,
    question: `${verb.charAt(0).toUpperCase()}${verb.slice(1)} ${shown}?`,
    wants: `${verb} ${shown}`,
    agent: foreignText(agentTitle(data.agent)),
    title: foreignText(titleOf(sessionId)),
    why: foreignText(data.reason),
    icon,
    left: timeLeft(leftMs),
  };
}

/** "Coder wants to edit src/a.ts in “session”" */
export function sentence({ agent, wants, title }: Waiting): string {
  return `${agent} wants to ${wants} in “${title}”`;
}

export function approvals(count: number): string {
  return count === 1 ? '1 approval waits for you' : `${count} approvals wait for you`;
}

function timeLeft(milliseconds: number): string {
  return milliseconds < MINUTE ? 'less than 1 min left' : `${Math.round(milliseconds / MINUTE)} min left`;
}
