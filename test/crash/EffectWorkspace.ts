import * as fs from 'node:fs';
import { NodeWorkspace } from '../support/NodeWorkspace.ts';

/** Notes every write beside the workspace, so that one that happens twice is found. */
export class EffectWorkspace extends NodeWorkspace {
  readonly #effects: string;

  constructor(root: string, effects: string) {
    super(root);
    this.#effects = effects;
  }

  override async writeText(file: string, text: string): Promise<void> {
    fs.appendFileSync(this.#effects, `${file}\n`);
    await super.writeText(file, text);
    // wide enough to be killed in: the write is done, and its end is not in the journal
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
