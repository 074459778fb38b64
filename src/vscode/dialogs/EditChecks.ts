import type { EventData } from '../../protocol/events.ts';
import type { EditCheck, FormValues, Words } from '../../protocol/approvalWebview.ts';
import type { JudgedPath } from '../../core/hitl/protectedFiles.ts';
import type { Preview } from '../../core/tools/ToolExecutor.ts';
import { messageOf, type FileChange } from '../../core/tools/Tool.ts';
import { argumentsOf } from './approvalFields.ts';
import { argumentTexts } from './argumentTexts.ts';

export interface EditChecksDependencies {
  data: Pick<EventData<'hitl.approval.requested'>, 'arguments'>;
  /** JSON Schema of the tool's arguments. */
  parameters: unknown;
  /** What the call would be with these arguments. */
  preview: (edited: Record<string, unknown>) => Promise<Preview>;
  /** What was checked of the files that it would work on. */
  checked: (paths: readonly JudgedPath[]) => Words;
  answer: (revision: number, check: EditCheck) => void;
}

interface Edit {
  revision: number;
  values: FormValues;
}

type Evaluated = Preview | Extract<EditCheck, { ok: false }>;

/**
 * Checks what the person makes of a call's arguments, as they type: the latest only. An edit is approved by the hash of what the
 * page was told of it, and only where that is what it still would be; the arguments are those of the check and not the page's.
 */
export class EditChecks {
  readonly #dependencies: EditChecksDependencies;
  #latest: Edit | undefined;
  #running = false;
  #shown: Extract<Preview, { ok: true }> | undefined;

  constructor(dependencies: EditChecksDependencies) {
    this.#dependencies = dependencies;
  }

  /** The files that the edit which the page shows would write. */
  get files(): readonly FileChange[] | undefined {
    return this.#shown?.files;
  }

  /** Resolves when nothing is left to check. */
  async check(edit: Edit | undefined): Promise<void> {
    this.#latest = edit;
    this.#shown = undefined;
    if (this.#running) return;
    this.#running = true;
    try {
      for (let checked: Edit | undefined; this.#latest !== undefined && this.#latest !== checked; ) {
        checked = this.#latest;
        this.#tell(checked, await this.#evaluate(checked.values));
      }
    } finally {
      this.#running = false;
    }
  }

  /** The edit that the page showed, where it still is that; else the page is told what it is now. */
  async confirm(values: FormValues, editedHash: string): Promise<{ arguments: Record<string, unknown>; argumentsHash: string } | undefined> {
    const shown = this.#shown;
    const edit: Edit = { revision: this.#latest?.revision ?? 0, values };
    const now = await this.#evaluate(values);
    if (shown?.argumentsHash === editedHash && now.ok && now.argumentsHash === editedHash) return { arguments: now.arguments, argumentsHash: editedHash };
    this.#latest ??= edit;
    this.#tell(edit, now);
    return undefined;
  }

  async #evaluate(values: FormValues): Promise<Evaluated> {
    const { data, parameters, preview } = this.#dependencies;
    const made = argumentsOf(parameters, data.arguments, values);
    if (!made.ok) return made;
    try {
      return await preview(made.arguments);
    } catch (error) {
      return { ok: false, message: messageOf(error) };
    }
  }

  #tell({ revision }: Edit, evaluated: Evaluated): void {
    // a later one is on its way
    if (revision !== this.#latest?.revision) return;
    const { answer, checked } = this.#dependencies;
    if (!evaluated.ok) {
      answer(revision, 'problems' in evaluated ? evaluated : { ok: false, problems: [{ message: evaluated.message }] });
      return;
    }
    this.#shown = evaluated;
    const { argumentsHash, preview } = evaluated;
    const { path, created, diff } = preview;
    answer(revision, { ok: true, argumentsHash, arguments: argumentTexts(evaluated.arguments), path, created, ...(diff === undefined ? {} : { diff }), checked: checked(evaluated.paths) });
  }
}
