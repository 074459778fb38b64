/** How long a sentence stays in a live region: long enough to be read out behind another one. */
const keptMs = 20_000;

function region(live: 'polite' | 'assertive'): HTMLElement {
  const element = document.createElement('div');
  element.className = 'sr';
  element.setAttribute('aria-live', live);
  return element;
}

/** Says things to screen readers, each once, in the order in which they happened. */
export class Announcer {
  readonly #polite = region('polite');
  readonly #assertive = region('assertive');

  constructor(parent: HTMLElement) {
    parent.append(this.#polite, this.#assertive);
  }

  say(text: string): void {
    this.#add(this.#polite, text);
  }

  interrupt(text: string): void {
    this.#add(this.#assertive, text);
  }

  #add(to: HTMLElement, text: string): void {
    const sentence = document.createElement('div');
    sentence.textContent = text;
    to.append(sentence);
    setTimeout(() => {
      sentence.remove();
    }, keptMs);
  }
}
