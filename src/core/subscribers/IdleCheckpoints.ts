import type { EventBus } from '../bus/EventBus.ts';
import { DisposableStore, type Disposable } from '../bus/Disposable.ts';
import type { RuntimeEvent } from '../../protocol/events.ts';
import type { Clock } from '../ports/Clock.ts';
import type { Journal } from '../ports/Journal.ts';
import type { Log } from '../ports/Log.ts';

/** Milliseconds without any event, a token of an answer included, that count as an idle moment. */
const IDLE = 500;
const LOOK = 1_000;
/** Milliseconds after which also what is no event, such as heartbeats, is moved. */
const LONGEST = 300_000;
/** Events of 2 KB from which a shorter pause will do: a checkpoint of so many holds the host for about 5 ms. */
const MANY = 100;
const PAUSE = 50;
/** From so many on none is waited for: the checkpoint would hold the host for more than 10 ms. */
const TOO_MANY = 200;
const LOOK_SOON = 25;
const EVENT_LENGTH = 2_000;

/** Moves the journal's log into its file when nothing else happens: a checkpoint holds the extension host. */
export class IdleCheckpoints implements Disposable {
  readonly #disposables = new DisposableStore();
  readonly #dependencies: { journal: Journal; clock: Clock; log: Log };
  /** What was written since the last checkpoint, in events of 2 KB. */
  #written = 0;
  #lastEvent: number;
  #lastCheckpoint: number;
  #soon: Disposable | undefined;

  constructor({ bus, ...dependencies }: { bus: EventBus; journal: Journal; clock: Clock; log: Log }) {
    this.#dependencies = dependencies;
    this.#lastEvent = this.#lastCheckpoint = dependencies.clock.monotonic();
    this.#disposables.add(bus.onAll((event) => this.#count(event), { priority: 2 }));
    this.#disposables.add(dependencies.clock.every(LOOK, () => this.#look(IDLE)));
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#soon?.dispose();
  }

  #count(event: RuntimeEvent): void {
    const { clock } = this.#dependencies;
    this.#lastEvent = clock.monotonic();
    if (event.seq === undefined) return;
    this.#written += 1 + lengthOf(event) / EVENT_LENGTH;
    if (this.#written >= MANY) this.#soon ??= clock.every(LOOK_SOON, () => this.#look(this.#written < TOO_MANY ? PAUSE : 0));
  }

  #look(pause: number): void {
    const { journal, clock, log } = this.#dependencies;
    const now = clock.monotonic();
    if (now - this.#lastEvent < pause || (this.#written === 0 && now - this.#lastCheckpoint < LONGEST)) return;
    this.#soon?.dispose();
    this.#soon = undefined;
    try {
      journal.checkpoint();
      this.#written = 0;
      this.#lastCheckpoint = now;
    } catch (error) {
      log.warn(`The journal was not checkpointed; it is tried again: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** Of what an event holds that may be long, in characters. */
function lengthOf(event: RuntimeEvent): number {
  if (event.type === 'session.message.added') return event.data.message.content.length;
  return event.type === 'tool.execution.requested' ? event.data.arguments.length : 0;
}
