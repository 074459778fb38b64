/** What a person answered: they can go back a step, or leave. */
export type Answer<T> = { kind: 'done'; value: T } | { kind: 'back' } | { kind: 'cancelled' };

export interface Frame {
  title: string;
  step?: number | undefined;
  totalSteps?: number | undefined;
  /** Whether there is a step to go back to. */
  back: boolean;
}

export interface PickItem<T> {
  label: string;
  description?: string;
  detail?: string;
  /** A codicon. */
  icon?: string;
  /** Shown whatever is typed to filter. */
  always?: boolean;
  value: T;
}

export interface PickGroup<T> {
  /** Empty: a line alone. */
  title: string;
  items: readonly PickItem<T>[];
}

export interface PickOptions<T> extends Frame {
  placeholder: string;
  /** What happened, above the list. */
  words?: string | undefined;
  groups: readonly PickGroup<T>[];
  /** Finds out more while the list is shown, and shows it by `update`; the list is busy until then. */
  later?: (update: (groups: readonly PickGroup<T>[]) => void) => Promise<void>;
  /** The item of this value is active first. */
  active?: T | undefined;
}

export interface PickManyOptions<T> extends Frame {
  placeholder: string;
  items: readonly (PickItem<T> & { picked: boolean })[];
}

export interface InputOptions extends Frame {
  prompt: string;
  value: string;
  placeholder?: string;
  password?: boolean;
  /** What was wrong with the value, until another is typed. */
  words?: string | undefined;
  /** What is wrong with a value; `undefined`: it can be taken. */
  check: (value: string) => string | undefined;
}

/** The lists and boxes that a person is asked by, one after the other. */
export interface Prompts {
  pick<T>(options: PickOptions<T>): Promise<Answer<T>>;
  pickMany<T>(options: PickManyOptions<T>): Promise<Answer<T[]>>;
  input(options: InputOptions): Promise<Answer<string>>;
  /** Shows that something is waited for, which leaving or going back aborts. Rejects where it fails. */
  wait<T>(options: Frame & { text: string }, run: (signal: AbortSignal) => Promise<T>): Promise<Answer<T>>;
  /** Takes away what is shown. */
  close(): void;
}
