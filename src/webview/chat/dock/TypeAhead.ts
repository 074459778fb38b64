/** After this many milliseconds without a key, the next one begins anew. */
const pauseMs = 1_000;

/** What a key adds to the word that is looked for in a list. */
export class TypeAhead {
  #typed = '';
  #last = 0;

  /** Where the option is that begins with what was typed: the next one for a single letter, also when that is typed again. */
  find({ key, at }: { key: string; at: number }, names: readonly string[], active: number): number | undefined {
    if (at - this.#last > pauseMs) this.#typed = '';
    this.#last = at;
    this.#typed += key.toLowerCase();
    const [first = ''] = this.#typed;
    const isRepeated = this.#typed === first.repeat(this.#typed.length);
    const wanted = isRepeated ? first : this.#typed;
    const start = isRepeated ? active + 1 : active;
    const places = names.map((_, index) => (start + index) % names.length);
    return places.find((index) => names[index]?.toLowerCase().startsWith(wanted));
  }
}
