import type { RuntimeEvent } from '../../protocol/events.ts';

/** What a session asked of models. */
export interface SessionMetrics {
  requests: number;
  failures: number;
  /** As the models reported them. */
  inputTokens: number;
  outputTokens: number;
  /** Milliseconds that answers took. */
  duration: number;
}

/** The metrics after an event; the same object where it tells nothing of them. */
export function foldSessionMetrics(metrics: SessionMetrics | undefined, event: RuntimeEvent): SessionMetrics | undefined {
  const before = metrics ?? { requests: 0, failures: 0, inputTokens: 0, outputTokens: 0, duration: 0 };
  switch (event.type) {
    case 'llm.request.started':
      return { ...before, requests: before.requests + 1 };
    case 'llm.request.completed':
      return {
        ...before,
        inputTokens: before.inputTokens + (event.data.inputTokens ?? 0),
        outputTokens: before.outputTokens + (event.data.outputTokens ?? 0),
        duration: before.duration + event.data.durationMs,
      };
    case 'llm.request.failed':
      return { ...before, failures: before.failures + 1, duration: before.duration + event.data.durationMs };
    default:
      return metrics;
  }
}
