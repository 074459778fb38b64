import * as z from 'zod';
import { lazySchema } from './lazySchema.ts';

/** What went wrong, by kind. Code branches on this, never on message text. */
export const errorCodes = [
  'model_key_missing',
  'model_auth',
  /** VS Code lets the person decide which extensions use its models. */
  'model_no_permission',
  /** Paid for no more; waiting does not help. */
  'model_quota',
  'model_rate_limited',
  'model_context_exceeded',
  'model_not_found',
  'model_refused_request',
  /** A filter of the provider stopped the request or the answer. */
  'model_content_filtered',
  'model_server',
  'model_unreachable',
  /** Its server shows a certificate that is not to be trusted: nothing was sent. */
  'model_certificate',
  /** It was silent for longer than the limit. */
  'model_timeout',
  'model_stream_interrupted',
  'model_empty_answer',
  'model_answer_cut_off',
  'model_cancelled',
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
    /** How long the server asks to be left alone. */
    retryAfterMs: z.number().nonnegative().optional(),
    /** The parameter that the model does not take: later requests go without it. */
    refusedParameter: z.string().optional(),
  }),
);
export type ErrorInfo = z.infer<ReturnType<typeof errorInfo>>;

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
