import type { Disposable } from '../bus/Disposable.ts';
import type { Clock } from '../ports/Clock.ts';
import type { Leases } from '../ports/Leases.ts';
import type { Log } from '../ports/Log.ts';

/** Milliseconds between two heartbeats. */
const BEAT = 3_000;

/** What a session is owned for: to be worked in, to be read before that, to put its files back, or to be deleted. */
export type Use = 'open' | 'takeOver' | 'undo' | 'deletion';

/** Which sessions this host owns. Says that it is alive as long as it owns one, and notices what it lost. */
export class Ownership implements Disposable {
  readonly #leases: Leases;
  readonly #clock: Clock;
  readonly #log: Log;
  /** What each session is owned for. */
  readonly #owned = new Map<string, Set<Use>>();
  readonly #listeners = new Set<(sessionId: string) => void>();
  #beating: Disposable | undefined;

  constructor(dependencies: { leases: Leases; clock: Clock; log: Log }) {
    this.#leases = dependencies.leases;
    this.#clock = dependencies.clock;
    this.#log = dependencies.log;
  }

  /** Whether this host may work in it, or what else it is asked for. */
  owns(sessionId: string, use: Use = 'open'): boolean {
    return this.#owned.get(sessionId)?.has(use) === true;
  }

  /** Takes the session, where no other living host has it. Throws where the database does not answer. */
  take(sessionId: string, use: Use = 'open'): boolean {
    const uses = this.#owned.get(sessionId);
    if (uses !== undefined) uses.add(use);
    else if (this.#leases.take(sessionId)) this.#owned.set(sessionId, new Set([use]));
    else return false;
    this.#beating ??= this.#clock.every(BEAT, () => this.#beat());
    return true;
  }

  /** Gives the session back, once it is owned for nothing any more. */
  release(sessionId: string, use: Use = 'open'): void {
    const uses = this.#owned.get(sessionId);
    if (uses?.delete(use) !== true || uses.size > 0) return;
    this.#owned.delete(sessionId);
    this.#rest();
    try {
      this.#leases.release(sessionId);
    } catch (error) {
      // it runs out by itself
      this.#log.warn(`The session ${sessionId} could not be given back: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Tells that another host has taken a session. */
  onLost(listener: (sessionId: string) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  dispose(): void {
    this.#beating?.dispose();
  }

  #beat(): void {
    let held: Set<string>;
    try {
      held = new Set(this.#leases.beat());
    } catch (error) {
      this.#log.warn(`This host could not say that it is alive: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    for (const sessionId of [...this.#owned.keys()]) {
      if (held.has(sessionId)) continue;
      this.#owned.delete(sessionId);
      for (const listener of [...this.#listeners]) listener(sessionId);
    }
    this.#rest();
  }

  #rest(): void {
    if (this.#owned.size > 0) return;
    this.#beating?.dispose();
    this.#beating = undefined;
  }
}
