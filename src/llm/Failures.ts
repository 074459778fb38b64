import { APIConnectionError, APIError } from 'openai';
import type { ErrorCode, ErrorInfo } from '../protocol/errors.ts';
import { RuntimeError } from '../protocol/RuntimeError.ts';
import type { ModelMemory } from '../core/ports/ModelMemory.ts';
import { CertificateError } from './certificateProblem.ts';
import { refusedBy, wantsThinking, type Parameter } from './learnedParameters.ts';
import { kindOf, windowIn } from './errorKinds.ts';
import { retryAfterOf } from './retryAfter.ts';
import { complaintOfStatus, ServerFailure, type Complaint } from './ServerFailure.ts';
import { withoutKey } from './withoutKey.ts';

/** The address answered, but not as a model does. */
export class NotAModel extends Error {
  override readonly message = 'It answered with a web page';
}

/** The stream ended before the answer did. */
export class BrokenOff extends Error {
  override readonly message = 'The stream ended before the answer was complete';
}

const LONGEST_MESSAGE = 500;
/** What is looked at of what a server says. */
const LONGEST_TEXT = 8000;

/** Turns what went wrong into typed errors, and remembers what they tell of the model. */
export class Failures {
  readonly #origin: string;
  readonly #model: string;
  readonly #apiKey: string | undefined;
  readonly #memory: ModelMemory;

  constructor(dependencies: { origin: string; model: string; apiKey: string | undefined; memory: ModelMemory }) {
    this.#origin = dependencies.origin;
    this.#model = dependencies.model;
    this.#apiKey = dependencies.apiKey;
    this.#memory = dependencies.memory;
  }

  /** `answering`: the server had begun its answer; `sent`: the parameters of the request. */
  typed(error: unknown, answering: boolean, sent: ReadonlySet<Parameter>): RuntimeError {
    if (error instanceof NotAModel) return this.#error('model_not_found', error.message, {});
    const complaint = complaintIn(error);
    if (complaint !== undefined) return this.#told(complaint, sent);
    if (error instanceof Error && error.cause instanceof CertificateError) return this.#error('model_certificate', error.cause.message, {});
    return this.#error(answering || error instanceof BrokenOff ? 'model_stream_interrupted' : 'model_unreachable', innermostReason(error), {});
  }

  #told(complaint: Complaint, sent: ReadonlySet<Parameter>): RuntimeError {
    const { status } = complaint;
    const refusedParameter = this.#learn(complaint, sent);
    const retryAfterMs = retryAfterOf(complaint, Date.now());
    const code = refusedParameter === undefined ? kindOf(complaint, retryAfterMs) : 'model_refused_request';
    if (code === 'model_context_exceeded') {
      const contextWindow = windowIn(complaint);
      if (contextWindow !== undefined) this.#memory.learn(this.#origin, this.#model, { contextWindow });
    }
    const waits = retryAfterMs !== undefined && (code === 'model_rate_limited' || code === 'model_server');
    return this.#error(code, complaint.text, {
      ...(status === undefined ? {} : { status }),
      ...(waits ? { retryAfterMs } : {}),
      ...(refusedParameter === undefined ? {} : { refusedParameter }),
    });
  }

  /** The parameter that the next request goes without. None where it could not be remembered: it would be sent forever. */
  #learn(complaint: Complaint, sent: ReadonlySet<Parameter>): Parameter | undefined {
    const traits = this.#memory.read(this.#origin, this.#model);
    if (wantsThinking(complaint) && traits.reasoningField !== 'reasoning_content' && !sent.has('reasoning_content')) {
      this.#memory.learn(this.#origin, this.#model, { reasoningField: 'reasoning_content' });
      return this.#memory.read(this.#origin, this.#model).reasoningField === 'reasoning_content' ? 'reasoning_content' : undefined;
    }
    const name = refusedBy(complaint, sent);
    if (name === undefined) return undefined;
    this.#memory.learn(this.#origin, this.#model, { refused: [...new Set([...(traits.refused ?? []), name])] });
    return this.#memory.read(this.#origin, this.#model).refused?.includes(name) === true ? name : undefined;
  }

  #error(code: ErrorCode, text: string, rest: Partial<ErrorInfo>): RuntimeError {
    const message = withoutKey(text.slice(0, LONGEST_TEXT), this.#apiKey);
    const bounded = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE - 1).replace(/[\uD800-\uDBFF]$/, '')}\u2026` : message;
    return new RuntimeError({ code, message: bounded, origin: this.#origin, ...rest });
  }
}

function isOfStatus(error: unknown): error is APIError {
  return error instanceof APIError && !(error instanceof APIConnectionError) && error.status !== undefined;
}

function complaintIn(error: unknown): Complaint | undefined {
  if (error instanceof ServerFailure) return error.unreadable ? undefined : error.complaint;
  if (!isOfStatus(error)) return undefined;
  return complaintOfStatus(error, error.error);
}

/** "connect ECONNREFUSED 127.0.0.1:11434" says more than "Connection error." */
function innermostReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return innermostReason(error.errors[0]);
  return error.cause instanceof Error ? innermostReason(error.cause) : error.message;
}
