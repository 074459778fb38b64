import type { ErrorInfo } from './errors.ts';

/** An error with an {@link ErrorInfo}; whoever shows it looks at `info.code`. Apart from the schemas, so that a bundle can have it without zod. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  readonly info: ErrorInfo;

  constructor(info: ErrorInfo, cause?: unknown) {
    super(info.message, { cause });
    this.info = info;
  }
}
