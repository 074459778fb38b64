import type { ApprovalField, EditCheck, FormValues } from '../../protocol/approvalWebview.ts';

type Checked = Extract<EditCheck, { ok: true }>;
type Problems = Extract<EditCheck, { ok: false }>['problems'];

/** What the person makes of a call's arguments. Every change is checked by the host; only what is checked can be approved. */
export class EditForm {
  readonly fields: readonly ApprovalField[];
  readonly #initial: FormValues;
  #values: FormValues;
  #revision = 0;
  #answered = 0;
  #problems: Problems = [];
  #shown: Checked | undefined;

  /** `draft`: what was typed before. */
  constructor(fields: readonly ApprovalField[], draft: FormValues | undefined) {
    this.fields = fields;
    this.#initial = initialOf(fields);
    this.#values = { ...this.#initial, ...draft };
  }

  get values(): FormValues {
    return this.#values;
  }

  get revision(): number {
    return this.#revision;
  }

  get changed(): boolean {
    return this.fields.some(({ name }) => this.#values[name] !== this.#initial[name]);
  }

  changedIn(name: string): boolean {
    return this.#values[name] !== this.#initial[name];
  }

  /** The latest that was checked and would run. */
  get shown(): Checked | undefined {
    return this.#shown;
  }

  get problems(): Problems {
    return this.#problems;
  }

  /** Why it cannot be approved as it stands. */
  get obstacle(): string | undefined {
    if (!this.changed) return 'Nothing is changed yet';
    if (this.#answered !== this.#revision) return 'Checking…';
    const { length } = this.#problems;
    return length === 0 ? undefined : `${length} ${length === 1 ? 'problem' : 'problems'} to correct`;
  }

  set(name: string, value: string | boolean): void {
    this.#values = { ...this.#values, [name]: value };
    this.#revision += 1;
  }

  /** To be checked as it stands. */
  touch(): void {
    this.#revision += 1;
  }

  reset(): void {
    this.#values = this.#initial;
    this.#revision += 1;
    this.#answered = this.#revision;
    this.#problems = [];
    this.#shown = undefined;
  }

  /** Returns whether it is the answer to what stands there; an earlier one counts for nothing. */
  checked(revision: number, check: EditCheck): boolean {
    if (revision !== this.#revision) return false;
    this.#answered = revision;
    this.#problems = check.ok ? [] : this.#placed(check.problems);
    this.#shown = check.ok ? check : undefined;
    return true;
  }

  /** What is wrong with the call as a whole stands where the person made it so, if that is one field alone. */
  #placed(problems: Problems): Problems {
    const [field, ...others] = this.fields.filter(({ name }) => this.changedIn(name));
    if (field === undefined || others.length > 0) return problems;
    return problems.map((problem) => ({ field: field.name, ...problem }));
  }
}

function initialOf(fields: readonly ApprovalField[]): FormValues {
  const values: FormValues = {};
  for (const { name, kind, value } of fields) {
    if (kind === 'boolean') values[name] = value === true;
    else values[name] = value === undefined ? '' : String(value);
  }
  return values;
}
