import { randomUUID } from 'node:crypto';
import type { TurnScope } from '../bus/TurnScope.ts';
import { errorInfoOf } from '../../protocol/errors.ts';
import type { ToolCall } from '../../protocol/messages.ts';
import type { TokenUsage } from '../../protocol/webview.ts';
import type { Agent } from '../agents/Agent.ts';
import type { PolicyManager } from '../hitl/PolicyManager.ts';
import type { FinishReason, LlmMessage, LlmRequest, Model } from '../ports/LlmStream.ts';
import { GO_ON } from '../sessions/history.ts';
import type { CallInspector } from '../tools/CallInspector.ts';
import type { ToolRegistry } from '../tools/ToolRegistry.ts';
import { AnswerDraft } from './AnswerDraft.ts';
import type { CallDraft } from './CallDrafts.ts';
import { fitToWindow, roomFor, tooLong } from './fitToWindow.ts';
import type { LlmClient } from './LlmClient.ts';
import { lengthOfRequest, type TokenEstimates } from './tokens.ts';

const SOURCE = 'LLMStreamService';

/** A model's answer, taken together from its stream. */
export interface LlmAnswer {
  messageId: string;
  text: string;
  /** Empty where it told none. */
  reasoning: string;
  toolCalls: ToolCall[];
  /** Absent where the stream broke: then `error` says why. */
  finishReason?: FinishReason;
  /** Of every request that it took; absent where none was answered. */
  usage?: TokenUsage;
  error?: Error;
}

/** How often a text that was cut off at the model's length limit goes on. */
const MOST_CONTINUATIONS = 2;
/** Of a request that the model refused as too long, what the next may be at most. */
const SMALLER = 0.75;

/** From a model's stream to an answer: text deltas are announced as they come, tool calls when they are whole. */
export class LLMStreamService {
  readonly #client: LlmClient;
  readonly #estimates: TokenEstimates;
  readonly #registry: ToolRegistry;
  readonly #policy: PolicyManager;
  readonly #inspector: CallInspector;
  readonly #streaming = new Set<{ controller: AbortController; ended: Promise<undefined> }>();
  #brokenOff = false;

  constructor(dependencies: { client: LlmClient; estimates: TokenEstimates; registry: ToolRegistry; policy: PolicyManager; inspector: CallInspector }) {
    this.#client = dependencies.client;
    this.#estimates = dependencies.estimates;
    this.#registry = dependencies.registry;
    this.#policy = dependencies.policy;
    this.#inspector = dependencies.inspector;
  }

  /** VS Code ends: no answer comes any more. */
  get brokenOff(): boolean {
    return this.#brokenOff;
  }

  /** Never throws for the model's failures: what came before them is in the answer, beside the `error`. */
  async answer(
    scope: TurnScope,
    agent: Agent,
    messages: readonly LlmMessage[],
    options: { signal: AbortSignal; usedCallIds: ReadonlyMap<string, unknown> },
  ): Promise<LlmAnswer> {
    const draft = new AnswerDraft(randomUUID());
    const controller = new AbortController();
    if (this.#brokenOff) controller.abort();
    const { promise: ended, resolve: end } = Promise.withResolvers<undefined>();
    const stream = { controller, ended };
    this.#streaming.add(stream);
    try {
      await this.#ask({ scope, agent, messages, draft, signal: AbortSignal.any([options.signal, controller.signal]) });
      return { ...draft.answer(), toolCalls: withOwnIds(draft.calls, options.usedCallIds) };
    } catch (error) {
      const { finishReason, ...answer } = draft.answer();
      return { ...answer, error: error instanceof Error ? error : new Error(String(error)) };
    } finally {
      this.#streaming.delete(stream);
      end(undefined);
    }
  }

  /** Whether the requests of two agents go to the same model; also where none can be asked. */
  async shareModel(one: Agent, other: Agent, signal: AbortSignal): Promise<boolean> {
    try {
      const [first, second] = await Promise.all([one, other].map(({ name }) => this.#client.select(name, signal)));
      return first?.provider === second?.provider && first?.name === second?.name;
    } catch {
      return true;
    }
  }

  /** Ends every answer that streams, and every later one, as if the connection broke: what came is in it. Resolves when they are given. */
  async breakOff(): Promise<void> {
    this.#brokenOff = true;
    const streaming = [...this.#streaming];
    for (const { controller } of streaming) controller.abort();
    await Promise.all(streaming.map(({ ended }) => ended));
  }

  /** Announces the calls of an answer, once the answer itself is journaled. */
  announce(scope: TurnScope, agent: Agent, calls: readonly ToolCall[]): void {
    for (const call of calls) {
      const resolved = this.#registry.resolve(agent, call);
      const requested = scope.publish(SOURCE, 'tool.execution.requested', {
        callId: call.id,
        tool: call.name,
        arguments: call.arguments,
        object: resolved.object,
      });
      if (!resolved.ok) continue;
      // by the text of its paths: where links lead is looked at when it is about to run
      const { name, effects } = resolved.tool;
      const judged = { tool: name, effects, agent: agent.name, paths: this.#inspector.named(resolved.call), command: resolved.call.command };
      const { verdict, rule, reason } = this.#policy.judge(scope.sessionId, judged);
      if (verdict === 'ask') scope.causedBy(requested).publish(SOURCE, 'tool.approval.required', { callId: call.id, tool: call.name, rule, reason });
    }
  }

  /** Asks until the answer is whole: a text that was cut off at the length limit goes on. */
  async #ask(asked: Asked): Promise<void> {
    const { agent, draft, signal, messages } = asked;
    const model = await this.#client.select(agent.name, signal);
    const { temperature = agent.model.temperature, maxOutputTokens } = model;
    const request: LlmRequest = {
      messages,
      tools: this.#registry.offered(agent),
      format: agent.model.format,
      ...(temperature === undefined ? {} : { temperature }),
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    };
    const answered = await this.#askFitting(asked, model, request);
    for (let times = 0; times < MOST_CONTINUATIONS && draft.isCutText && request.format === 'text'; times += 1) {
      const soFar: LlmMessage[] = [{ role: 'assistant', content: draft.text, toolCalls: [] }, { role: 'user', content: GO_ON }];
      await this.#stream(asked, model, { ...answered, messages: [...answered.messages, ...soFar] });
    }
  }

  /** Old results of tools are left out where the request would not fit; once more, where the model says that it does not. Returns what it answered. */
  async #askFitting(asked: Asked, model: Model, request: LlmRequest): Promise<LlmRequest> {
    const window = this.#estimates.windowOf(model);
    const cut = window === undefined ? request : this.#fit(asked, model, request, { window, room: roomFor(window, request.maxOutputTokens) });
    // a window that an earlier error told may be another by now, or was misread: then the model itself is asked
    const fitted = cut ?? (window === model.contextWindow ? undefined : request);
    if (fitted === undefined) throw tooLong(this.#tokensOf(model, request), window ?? 0, model.provider);
    const { draft } = asked;
    try {
      await this.#stream(asked, model, fitted);
      return fitted;
    } catch (error) {
      const again = errorInfoOf(error).code === 'model_context_exceeded' && (request.format === 'json' || draft.isEmpty);
      const smaller = again ? this.#smaller(asked, model, fitted) : undefined;
      if (smaller === undefined) throw error;
      draft.take({ type: 'again' });
      await this.#stream(asked, model, smaller);
      return smaller;
    }
  }

  /** What the model refused as too long, cut to the window that it told, and in any case by a good part: the estimate was wrong. */
  #smaller(asked: Asked, model: Model, request: LlmRequest): LlmRequest | undefined {
    const tokens = this.#tokensOf(model, request);
    const window = this.#estimates.windowOf(model) ?? tokens;
    const cut = this.#fit(asked, model, request, { window, room: Math.min(roomFor(window, request.maxOutputTokens), Math.floor(tokens * SMALLER)) });
    return cut === request ? undefined : cut;
  }

  /** `room`: tokens that the request may have in the window. `undefined` where it has more, whatever is left out. */
  #fit({ scope, agent }: Asked, model: Model, request: LlmRequest, { window, room }: { window: number; room: number }): LlmRequest | undefined {
    const fitted = fitToWindow(request, this.#estimates.charactersOf(model, room));
    if (fitted === undefined || fitted.results === 0) return fitted === undefined ? undefined : request;
    const { messages, results } = fitted;
    const cut = { ...request, messages };
    scope.publish(SOURCE, 'llm.context.cut', { agent: agent.name, results, window, tokensBefore: this.#tokensOf(model, request), tokensAfter: this.#tokensOf(model, cut) });
    return cut;
  }

  #tokensOf(model: Model, request: LlmRequest): number {
    return this.#estimates.of(model, lengthOfRequest(request));
  }

  async #stream({ scope, agent, draft, signal }: Asked, model: Model, request: LlmRequest): Promise<void> {
    const begun = draft.text !== '';
    draft.begin();
    const { messageId } = draft;
    for await (const chunk of this.#client.stream(scope, model, request, { signal, shown: begun })) {
      draft.take(chunk);
      // an answer for machines is not shown
      if (request.format === 'json') continue;
      if (chunk.type === 'text') scope.publish(SOURCE, 'llm.text.delta', { messageId, agent: agent.name, text: chunk.text });
      else if (chunk.type === 'reasoning') scope.publish(SOURCE, 'llm.reasoning.delta', { messageId, agent: agent.name, text: chunk.text });
    }
  }
}

/** What is asked, and what has come of it. */
interface Asked {
  scope: TurnScope;
  agent: Agent;
  messages: readonly LlmMessage[];
  draft: AnswerDraft;
  signal: AbortSignal;
}

/** Models leave ids out, or use the same in every answer; within a session each must be one call. */
function withOwnIds(drafts: readonly CallDraft[], used: ReadonlyMap<string, unknown>): ToolCall[] {
  const seen = new Set<string>();
  return drafts.map(({ id: given, name, arguments: text }) => {
    const id = given === '' || used.has(given) || seen.has(given) ? `call_${randomUUID()}` : given;
    seen.add(id);
    return { id, name, arguments: text };
  });
}
