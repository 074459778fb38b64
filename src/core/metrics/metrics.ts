import type { EventOf, RuntimeEvent } from '../../protocol/events.ts';
import { isTurnEvent } from '../sessions/turnEvents.ts';

/** How many names of models' making are told apart; the rest is counted together. */
const MOST_NAMES = 100;
const OTHERS = 'others';

/** Durations in milliseconds. */
export interface Durations {
  count: number;
  total: number;
  longest: number;
}

/** What happened, in numbers. */
export interface Metrics {
  /** By `from → to`. */
  agentSwitches: Record<string, number>;
  /** Turns, by how they ended. */
  turns: Record<string, number>;
  /** Of turns, by the agent that had it at the end. */
  turnDurations: Record<string, Durations>;
  /** Agents' parts of turns, by agent and by how they ended. */
  parts: Record<string, Record<string, number>>;
  /** Of agents' parts, by agent. */
  partDurations: Record<string, Durations>;
  /** How calls ended, by tool. */
  tools: Record<string, Record<string, number>>;
  /** Of what tools did, by tool. */
  toolDurations: Record<string, Durations>;
  /** `approve`, `reject`, `expired`. */
  decisions: Record<string, number>;
  /** By error code. */
  errors: Record<string, number>;
}

export function emptyMetrics(): Metrics {
  return { agentSwitches: {}, turns: {}, turnDurations: {}, parts: {}, partDurations: {}, tools: {}, toolDurations: {}, decisions: {}, errors: {} };
}

/** Applies one event. Only durable events count: replaying a journal gives the same numbers. */
export function foldMetrics(metrics: Metrics, event: RuntimeEvent): void {
  switch (event.type) {
    case 'agent.switched':
      count(metrics.agentSwitches, `${event.data.from} → ${event.data.to}`);
      break;
    case 'agent.processing.completed':
      foldProcessed(metrics, event);
      break;
    case 'tool.execution.completed':
    case 'tool.execution.failed': {
      const { tool, durationMs } = event.data;
      count(entry(metrics.tools, tool, () => ({})), event.type === 'tool.execution.failed' ? event.data.outcome : 'ok');
      if (durationMs !== undefined) measure(metrics.toolDurations, tool, durationMs);
      break;
    }
    case 'hitl.decision.made':
      count(metrics.decisions, event.data.decision);
      break;
    case 'hitl.timeout.occurred':
      count(metrics.decisions, 'expired');
      break;
    case 'agent.error.occurred':
      count(metrics.errors, event.data.error.code);
      break;
    default:
      break;
  }
}

/** A turn has its own end, and one for every agent that worked in it. */
function foldProcessed(metrics: Metrics, event: EventOf<'agent.processing.completed'>): void {
  const { agent, outcome, durationMs } = event.data;
  if (isTurnEvent(event)) {
    count(metrics.turns, outcome);
    measure(metrics.turnDurations, agent, durationMs);
  } else {
    count(entry(metrics.parts, agent, () => ({})), outcome);
    measure(metrics.partDurations, agent, durationMs);
  }
}

function count(counts: Record<string, number>, name: string): void {
  const key = Object.hasOwn(counts, name) || Object.keys(counts).length < MOST_NAMES ? name : OTHERS;
  counts[key] = (counts[key] ?? 0) + 1;
}

function measure(durations: Record<string, Durations>, name: string, milliseconds: number): void {
  const duration = entry(durations, name, () => ({ count: 0, total: 0, longest: 0 }));
  duration.count += 1;
  duration.total += milliseconds;
  duration.longest = Math.max(duration.longest, milliseconds);
}

function entry<T>(entries: Record<string, T>, name: string, make: () => T): T {
  const key = Object.hasOwn(entries, name) || Object.keys(entries).length < MOST_NAMES ? name : OTHERS;
  return (entries[key] ??= make());
}
