import * as z from 'zod';
import { lazySchema } from './lazySchema.ts';

/** What went wrong, by kind. Code branches on this, never on message text. */
export const errorCodes = [
  'model_key_missing',
  'model_auth',
  'model_unreachable',
  'model_not_found',
  'model_rate_limited',
  'model_refused_request',
  'model_server',
  'model_stream_interrupted',
  'model_answer_cut_off',
  'model_not_configured',
  'journal_write',
  'journal_read',
  'journal_busy',
  'session_not_owned',
  'session_deleted',
  'event_cancelled',
  'step_limit',
  'internal',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** An error as it is journaled and shown. Holds no credential. */
export const errorInfo = lazySchema(() =>
  z.strictObject({
    code: z.enum(errorCodes),
    /** One sentence for the log and for details; may quote a server. */
    message: z.string(),
    /** The HTTP status, where a server answered with one. */
    status: z.number().int().optional(),
    /** Where the request went: scheme, host and port. */
    origin: z.string().optional(),
  }),
);
export type ErrorInfo = z.infer<ReturnType<typeof errorInfo>>;

/** An error with an {@link ErrorInfo}; whoever shows it looks at `info.code`. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  readonly info: ErrorInfo;

  constructor(info: ErrorInfo, cause?: unknown) {
    super(info.message, { cause });
    this.info = info;
  }
}

/**
 * The {@link ErrorInfo} of whatever was thrown. Bundles are loaded apart, so an error is
 * known by its shape and not by its class.
 */
export function errorInfoOf(error: unknown): ErrorInfo {
  if (error instanceof Error && 'info' in error) {
    const info = errorInfo().safeParse(error.info);
    if (info.success) return info.data;
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}
