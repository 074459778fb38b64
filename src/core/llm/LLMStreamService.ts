import { randomUUID } from 'node:crypto';
import type { TurnScope } from '../bus/TurnScope.ts';
import type { ToolCall } from '../../protocol/messages.ts';
import type { Agent } from '../agents/Agent.ts';
import type { PolicyManager } from '../hitl/PolicyManager.ts';
import type { LlmChunk, LlmMessage } from '../ports/LlmStream.ts';
import type { CallInspector } from '../tools/CallInspector.ts';
import type { ToolRegistry } from '../tools/ToolRegistry.ts';
import { CallDrafts, type CallDraft } from './CallDrafts.ts';
import type { LlmClient } from './LlmClient.ts';

const SOURCE = 'LLMStreamService';

/** A model's answer, taken together from its stream. */
export interface LlmAnswer {
  messageId: string;
  text: string;
  toolCalls: ToolCall[];
  /** In OpenAI's words; absent where the stream broke: then `error` says why. */
  finishReason?: string;
  usage?: { inputTokens: number; outputTokens: number };
  error?: Error;
}


/** From a model's stream to an answer: text deltas are announced as they come, tool calls when they are whole. */
export class LLMStreamService {
  readonly #client: LlmClient;
  readonly #registry: ToolRegistry;
  readonly #policy: PolicyManager;
  readonly #inspector: CallInspector;
  readonly #streaming = new Set<{ controller: AbortController; ended: Promise<undefined> }>();
  #brokenOff = false;

  constructor(dependencies: { client: LlmClient; registry: ToolRegistry; policy: PolicyManager; inspector: CallInspector }) {
    this.#client = dependencies.client;
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
    const answer: LlmAnswer = { messageId: randomUUID(), text: '', toolCalls: [] };
    const controller = new AbortController();
    if (this.#brokenOff) controller.abort();
    const { promise: ended, resolve: end } = Promise.withResolvers<undefined>();
    const stream = { controller, ended };
    this.#streaming.add(stream);
    const drafts = new CallDrafts();
    try {
      const request = { messages, tools: this.#registry.offered(agent), ...agent.model };
      for await (const chunk of this.#client.stream(scope, request, AbortSignal.any([options.signal, controller.signal]))) {
        this.#take(scope, agent, chunk, answer, drafts);
      }
      answer.toolCalls = withOwnIds(drafts.all, options.usedCallIds);
    } catch (error) {
      delete answer.finishReason;
      answer.error = error instanceof Error ? error : new Error(String(error));
    } finally {
      this.#streaming.delete(stream);
      end(undefined);
    }
    return answer;
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

  #take(scope: TurnScope, agent: Agent, chunk: LlmChunk, answer: LlmAnswer, drafts: CallDrafts): void {
    switch (chunk.type) {
      case 'text':
        answer.text += chunk.text;
        // an answer for machines is not shown
        if (agent.model.format === 'json') break;
        scope.publish(SOURCE, 'llm.text.delta', { messageId: answer.messageId, agent: agent.name, text: chunk.text });
        break;
      case 'toolCall':
        drafts.take(chunk);
        break;
      case 'usage':
        answer.usage = { inputTokens: chunk.inputTokens, outputTokens: chunk.outputTokens };
        break;
      case 'finish':
        answer.finishReason = chunk.reason;
        break;
    }
  }
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
