import type { Disposable } from '../../core/bus/Disposable.ts';
import type { Clock } from '../../core/ports/Clock.ts';
import type { DraftStore } from '../../core/ports/DraftStore.ts';
import type { Log } from '../../core/ports/Log.ts';

/** Milliseconds between two saves. */
const EVERY = 300;

/** A text that the person types, kept with the drafts under its key: nothing that was typed is lost with a tab or a host. */
export class KeptText implements Disposable {
  readonly #drafts: DraftStore;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #key: string;
  #text: string;
  #saved: string;
  #timer: Disposable | undefined;
  #failed = false;

  constructor(dependencies: { drafts: DraftStore; clock: Clock; log: Log; key: string }) {
    this.#drafts = dependencies.drafts;
    this.#clock = dependencies.clock;
    this.#log = dependencies.log;
    this.#key = dependencies.key;
    this.#saved = this.#read();
    this.#text = this.#saved;
  }

  get text(): string {
    return this.#text;
  }

  /** Saved in a moment; tried again until it is. */
  typed(text: string): void {
    this.#text = text;
    this.#timer ??= this.#clock.every(EVERY, () => this.#save());
  }

  /** Nobody will ask for it again. */
  forget(): void {
    this.#text = '';
    this.#save();
    this.#stop();
  }

  /** Saves what is not saved yet, and keeps it. */
  dispose(): void {
    this.#save();
    this.#stop();
  }

  #read(): string {
    try {
      return this.#drafts.draft(this.#key);
    } catch (error) {
      this.#log.error('What was typed for a decision could not be read', error);
      return '';
    }
  }

  #save(): void {
    try {
      if (this.#text !== this.#saved) this.#drafts.saveDraft(this.#key, this.#text);
      this.#saved = this.#text;
      this.#failed = false;
      this.#stop();
    } catch (error) {
      if (!this.#failed) this.#log.error('What was typed for a decision could not be saved', error);
      this.#failed = true;
    }
  }

  #stop(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
  }
}
