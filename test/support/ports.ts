import type { Clock } from '../../src/core/ports/Clock.ts';
import type { Journal, UncommittedEvent } from '../../src/core/ports/Journal.ts';
import type { Log } from '../../src/core/ports/Log.ts';
import { parseEvent, type RuntimeEvent } from '../../src/protocol/events.ts';

export const systemClock: Clock = { now: () => new Date(), monotonic: () => performance.now() };

/** Keeps what was logged. */
export class MemoryLog implements Log {
  readonly lines: string[] = [];

  debug(message: string): void {
    this.lines.push(message);
  }

  info(message: string): void {
    this.lines.push(message);
  }

  warn(message: string): void {
    this.lines.push(message);
  }

  error(message: string, error?: unknown): void {
    this.lines.push(`${message} ${error instanceof Error ? String(error.stack) : JSON.stringify(error)}`);
  }
}

/** A journal in memory that can be made to refuse. */
export class MemoryJournal implements Journal {
  readonly events: RuntimeEvent[] = [];
  refuses: (event: UncommittedEvent) => boolean = () => false;

  /** Types that were to survive a power cut, in order. */
  readonly powerCut: string[] = [];

  append(event: UncommittedEvent, { powerCut }: { powerCut: boolean }): number {
    if (this.refuses(event)) throw new Error('disk full');
    const seq = this.events.filter(({ sessionId }) => sessionId === event.sessionId).length + 1;
    this.events.push(parseEvent({ ...event, seq }));
    if (powerCut) this.powerCut.push(event.type);
    return seq;
  }

  read(sessionId: string): RuntimeEvent[] {
    return this.events.filter((event) => event.sessionId === sessionId);
  }

  latestSessionId(): string | undefined {
    return this.events.findLast(({ sessionId }) => sessionId !== undefined)?.sessionId;
  }

  checkpoint(): void {
    // nothing to move
  }
}
