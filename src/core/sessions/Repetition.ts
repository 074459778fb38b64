import type { EventOf } from '../../protocol/events.ts';

/** How often the calls of a turn were made in a row, with the same arguments and no other call between. */
export interface Repetition {
  last: string;
  count: number;
  /** By call id: the how manieth in its row. */
  byCall: Map<string, number>;
}

export function noRepetition(): Repetition {
  return { last: '', count: 0, byCall: new Map() };
}

export function foldRepetition(repetition: Repetition, { data }: EventOf<'tool.execution.requested'>): void {
  const call = `${data.tool} ${normalized(data.arguments)}`;
  repetition.count = call === repetition.last ? repetition.count + 1 : 1;
  repetition.last = call;
  repetition.byCall.set(data.callId, repetition.count);
}

/** The same arguments are the same, however they are written. */
function normalized(text: string): string {
  try {
    return JSON.stringify(sorted(JSON.parse(text)));
  } catch {
    return text.trim();
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]));
}
