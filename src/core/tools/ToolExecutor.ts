import { JournalWriteError } from '../bus/EventBus.ts';
import type { TurnScope } from '../bus/TurnScope.ts';
import type { ToolCall, ToolOutcomeKind } from '../../protocol/messages.ts';
import type { Agent } from '../agents/Agent.ts';
import { writeRefusal } from '../agents/fileLimits.ts';
import { argumentsHash } from '../hitl/argumentsHash.ts';
import type { HitlManager } from '../hitl/HitlManager.ts';
import { judge, type Verdict } from '../hitl/policy.ts';
import type { Clock } from '../ports/Clock.ts';
import { retryWhileBusy } from '../retryWhileBusy.ts';
import { messageOf, type BoundCall, type ChangeTarget, type Tool, type ToolPorts } from './Tool.ts';
import type { ToolRegistry } from './ToolRegistry.ts';
import type { TurnControl } from './TurnControl.ts';

const SOURCE = 'ToolRegistry';

/** How a call ended, and what the model is told of it. */
export interface ToolResult {
  outcome: ToolOutcomeKind;
  content: string;
}

interface Allowed {
  hash: string;
  /** What the person approved a change of. */
  target?: ChangeTarget;
  scope: TurnScope;
}

/** What a call would change, and the hash that an approval of it is bound to. */
type Inspection = { ok: true; target: ChangeTarget; hash: string } | { ok: false; message: string; told?: string };

type Failure = ToolResult & {
  outcome: Exclude<ToolOutcomeKind, 'ok'>;
  /** For people, where the model is told more. */
  told?: string | undefined;
};

/** The turn as one call of it may change it. */
export type TurnControls = (scope: TurnScope, agent: Agent, call: ToolCall, signal: AbortSignal) => TurnControl;

/** Runs one tool call: resolve, judge, ask, and only then act. Every failure is a result, never an exception, but for a journal that takes no more. */
export class ToolExecutor {
  readonly #registry: ToolRegistry;
  readonly #hitl: HitlManager;
  readonly #ports: ToolPorts;
  readonly #clock: Clock;
  readonly #turns: TurnControls;

  constructor(dependencies: { registry: ToolRegistry; hitl: HitlManager; ports: ToolPorts; clock: Clock; turns: TurnControls }) {
    this.#registry = dependencies.registry;
    this.#hitl = dependencies.hitl;
    this.#ports = dependencies.ports;
    this.#clock = dependencies.clock;
    this.#turns = dependencies.turns;
  }

  /** `asksAgain`: why the person is asked about this call once more, where VS Code closed on it. */
  async execute(scope: TurnScope, agent: Agent, call: ToolCall, signal: AbortSignal, asksAgain?: string): Promise<ToolResult> {
    const resolved = this.#registry.resolve(agent, call);
    if (!resolved.ok) return this.#fail(scope, call, { outcome: 'error', content: resolved.message, told: resolved.told });
    if (signal.aborted) return this.#fail(scope, call, cancelled());
    const verdict = judge(resolved.tool, { trusted: this.#ports.workspace.trusted() });
    if (verdict.verdict === 'deny') return this.#fail(scope, call, { outcome: 'rejected', content: verdict.reason });
    const allowed =
      verdict.verdict === 'allow'
        ? { hash: argumentsHash({ tool: call.name, arguments: resolved.call.arguments }), scope }
        : await this.#approve(scope, agent, call, resolved.call, { ...verdict, reason: asksAgain ?? verdict.reason }, signal);
    if ('outcome' in allowed) return this.#fail(scope, call, allowed);
    return this.#run(allowed, agent, call, resolved.tool, resolved.call, signal);
  }

  /** Ends a call that must not run. `told`: for people, where the model is told in other words. */
  end(scope: TurnScope, call: ToolCall, outcome: Failure['outcome'], content: string, told?: string): ToolResult {
    return this.#fail(scope, call, { outcome, content, told });
  }

  /** What a call works on, for people. */
  objectOf(agent: Agent, call: ToolCall): string {
    return this.#registry.resolve(agent, call).object;
  }

  /** Whether a call can change anything; of a tool that nobody knows it has to be believed. */
  hasEffects({ name }: ToolCall): boolean {
    const effects = this.#registry.effectsOf(name);
    return effects !== 'none' && effects !== 'read';
  }

  /** Whether a call only looks: such calls may run beside each other. */
  onlyReads({ name }: ToolCall): boolean {
    return this.#registry.effectsOf(name) === 'read';
  }

  /** Whether a call that succeeds is the last step of its turn. */
  endsTurn({ name }: ToolCall): boolean {
    return this.#registry.endsTurn(name);
  }

  /** Asks until a decision holds for the file as it is when the tool is about to run. */
  async #approve(scope: TurnScope, agent: Agent, call: ToolCall, bound: BoundCall, verdict: Verdict, signal: AbortSignal): Promise<Allowed | Failure> {
    const { change } = bound;
    if (change === undefined) return { outcome: 'error', content: `${call.name} cannot show what it would do, so it cannot be approved.` };
    let { reason } = verdict;
    for (let cause = scope; ; ) {
      const shown = await this.#inspect(agent, call, bound, change);
      if (!shown.ok) return { outcome: 'error', content: shown.message, told: shown.told };
      const { path, created } = shown.target;
      const preview = { path, created, diff: change.diff(shown.target) };
      const outcome = await this.#hitl.request(
        cause,
        { callId: call.id, tool: call.name, agent: agent.name, arguments: bound.arguments, argumentsHash: shown.hash, rule: verdict.rule, reason, preview },
        signal,
      );
      if (outcome.decision === 'cancelled') return cancelled();
      if (outcome.decision === 'reject') return { outcome: 'rejected', content: rejection(outcome.feedback) };
      if (outcome.decision === 'expired') return { outcome: 'rejected', content: expiry(outcome.waitedMs) };
      const now = await this.#inspect(agent, call, bound, change);
      if (!now.ok) return { outcome: 'error', content: now.message, told: now.told };
      if (signal.aborted) return cancelled();
      if (now.hash === shown.hash) return { hash: shown.hash, target: shown.target, scope: outcome.scope };
      reason = `${path} changed after you approved, so nothing was written. This is the change to the file as it is now.`;
      cause = outcome.scope;
    }
  }

  /** Refuses what the agent may not write: a link on the way may have been set since the last look. */
  async #inspect(agent: Agent, call: ToolCall, bound: BoundCall, change: NonNullable<BoundCall['change']>): Promise<Inspection> {
    try {
      const target = await change.inspect(this.#ports);
      const refusal = writeRefusal(agent, { relative: target.path, real: target.real }, this.#ports.workspace.folders());
      if (refusal !== undefined) return { ok: false, ...refusal };
      return { ok: true, target, hash: argumentsHash({ tool: call.name, arguments: bound.arguments, target }) };
    } catch (error) {
      return { ok: false, message: messageOf(error) };
    }
  }

  async #run({ hash, target, scope }: Allowed, agent: Agent, call: ToolCall, tool: Tool, bound: BoundCall, signal: AbortSignal): Promise<ToolResult> {
    const started = scope.publish(SOURCE, 'tool.execution.started', { callId: call.id, tool: tool.name, argumentsHash: hash });
    const caused = scope.causedBy(started);
    const begin = this.#clock.monotonic();
    let content: string;
    try {
      content = await bound.execute(this.#ports, { signal, turn: this.#turns(caused, agent, call, signal), approved: target });
    } catch (error) {
      // it is found begun at the next start
      if (error instanceof JournalWriteError) throw error;
      const failure: Failure = signal.aborted && !this.hasEffects(call) ? cancelled() : { outcome: 'error', content: messageOf(error) };
      const durationMs = this.#clock.monotonic() - begin;
      return retryWhileBusy(this.#clock, () => this.#fail(caused, call, failure, durationMs));
    }
    const durationMs = this.#clock.monotonic() - begin;
    const completed = { callId: call.id, tool: tool.name, durationMs, resultLength: content.length };
    // it has acted: a database that is busy for a moment must not make its end unknown
    await retryWhileBusy(this.#clock, () => caused.publish(SOURCE, 'tool.execution.completed', completed));
    return { outcome: 'ok', content };
  }

  #fail(scope: TurnScope, call: ToolCall, failure: Failure, durationMs?: number): Failure {
    scope.publish(SOURCE, 'tool.execution.failed', {
      callId: call.id,
      tool: call.name,
      outcome: failure.outcome,
      message: failure.told ?? failure.content,
      ...(durationMs === undefined ? {} : { durationMs }),
    });
    return failure;
  }
}

function cancelled(): Failure {
  return { outcome: 'cancelled', content: 'The person stopped the turn before this ran.' };
}

function rejection(feedback: string): string {
  const said = feedback.trim();
  return said === '' ? 'The person rejected this. Nothing was changed.' : `The person rejected this. Nothing was changed. They said: ${said}`;
}

function expiry(waitedMs: number): string {
  return `Nobody decided within ${Math.round(waitedMs / 60_000)} minutes, so this was rejected. Nothing was changed.`;
}
