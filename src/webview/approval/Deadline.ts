/** Milliseconds left at which the person is told, the last first. */
const marks = [30_000, 60_000] as const;

/** What is left of the time that a question waits; the host says it, and the page counts on from there. */
export class Deadline {
  readonly #now: () => number;
  #end: number | undefined;
  #told = Infinity;

  /** `now`: milliseconds that only go on. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** `undefined`: it waits as long as it takes. */
  set(leftMs: number | undefined): void {
    this.#end = leftMs === undefined ? undefined : this.#now() + leftMs;
  }

  get leftMs(): number | undefined {
    return this.#end === undefined ? undefined : Math.max(0, this.#end - this.#now());
  }

  /** A sentence for screen readers, once where a mark was passed. */
  passed(): string | undefined {
    const left = this.leftMs;
    const mark = left === undefined ? undefined : marks.find((each) => left <= each && each < this.#told);
    if (mark === undefined || left === undefined) return undefined;
    this.#told = mark;
    const seconds = Math.round(left / 1000);
    return `${seconds >= 60 ? '1 minute' : `${seconds} seconds`} left, then it counts as rejected.`;
  }
}

/** "4:12 left"; `soon`: little is left, and it says what happens then. */
export function deadlineWords(leftMs: number): { text: string; soon: boolean } {
  const seconds = Math.ceil(leftMs / 1000);
  const soon = seconds < 30;
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} left`;
  return { text: soon ? `${clock}, then it counts as rejected` : clock, soon };
}
