/** A step that takes longer than this says how long, again and again, where lines cannot be rewritten. */
const SIGN_OF_LIFE_S = 10;

/** Says what is done, one line per step, and shows that the long ones go on. */
export class Steps {
  #stream;

  /** @param {{ stream: NodeJS.WriteStream }} dependencies */
  constructor({ stream }) {
    this.#stream = stream;
  }

  /** @param {string} line */
  say(line) {
    this.#stream.write(`${line}\n`);
  }

  /**
   * @template Result
   * @param {string} label
   * @param {(report: (phase: string) => void) => Promise<Result>} body
   */
  async run(label, body) {
    const start = Date.now();
    const seconds = () => Math.round((Date.now() - start) / 1000);
    let phase = '';
    this.#stream.write(`${label} … `);
    const timer = setInterval(() => {
      if (this.#stream.isTTY) this.#rewrite(`${label} … ${seconds()} s${phase === '' ? '' : `, ${phase}`}`);
      else if (seconds() % SIGN_OF_LIFE_S === 0) this.#stream.write(`${seconds()} s … `);
    }, 1000);
    /** @param {string} outcome */
    const end = (outcome) => {
      if (this.#stream.isTTY) this.#rewrite(`${label} … ${outcome}\n`);
      else this.#stream.write(`${outcome}\n`);
    };
    try {
      const result = await body((name) => (phase = name));
      end(seconds() < 1 ? 'done' : `done in ${seconds()} s`);
      return result;
    } catch (error) {
      end(`not done, after ${seconds()} s`);
      throw error;
    } finally {
      clearInterval(timer);
    }
  }

  /** @param {string} text */
  #rewrite(text) {
    this.#stream.write(`\r\u001b[K${text}`);
  }
}
