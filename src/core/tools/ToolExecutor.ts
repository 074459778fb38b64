import { JournalWriteError } from '../bus/EventBus.ts';
import type { TurnScope } from '../bus/TurnScope.ts';
import type { ToolCall, ToolOutcomeKind } from '../../protocol/messages.ts';
import type { Agent } from '../agents/Agent.ts';
import type { ApprovalOutcome, ApprovalRequest, HitlManager, RequestOptions } from '../hitl/HitlManager.ts';
import type { Verdict } from '../hitl/policy.ts';
import type { PolicyManager } from '../hitl/PolicyManager.ts';
import type { Clock } from '../ports/Clock.ts';
import { retryWhileBusy } from '../retryWhileBusy.ts';
import { filesOf, previewOf, recordOf, requestOf, whatRan, withArguments } from './approvalRequest.ts';
import type { CallInspector, InspectedCall } from './CallInspector.ts';
import { messageOf, type BoundCall, type FileChange, type Tool, type ToolPorts } from './Tool.ts';
import type { ToolRegistry } from './ToolRegistry.ts';
import type { TurnControl } from './TurnControl.ts';

const SOURCE = 'ToolRegistry';
const AS_EDITED = 'You edited this, and approved what you were shown of it.';
const EDITED_OTHERWISE = 'You edited this, and it is not what you were shown any more. This is how it is now.';

/** How a call ended, and what the model is told of it. */
export interface ToolResult {
  outcome: ToolOutcomeKind;
  content: string;
}

/** A call that is to run. */
interface Wanted {
  agent: Agent;
  /** As the model made it. */
  call: ToolCall;
  tool: Tool;
  /** As it is to run. */
  bound: BoundCall;
  /** The person changed its arguments. */
  edited: boolean;
}

/** A call that may run, as it was when that was found. */
interface Allowed extends Wanted {
  /** The person was shown it. */
  shown: boolean;
  seen: InspectedCall;
  scope: TurnScope;
}

/** Why a call is asked for once more, and what the person had made of its arguments. */
export interface AskedAgain {
  reason: string;
  edited: Record<string, unknown> | undefined;
}

/** What a call with other arguments would be. */
export type Preview =
  | { ok: true; argumentsHash: string; arguments: Record<string, unknown>; preview: ApprovalRequest['preview']; files: readonly FileChange[]; paths: InspectedCall['paths'] }
  | { ok: false; message: string };

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
  readonly #policy: PolicyManager;
  readonly #inspector: CallInspector;
  readonly #ports: ToolPorts;
  readonly #clock: Clock;
  readonly #turns: TurnControls;

  constructor(dependencies: { registry: ToolRegistry; hitl: HitlManager; policy: PolicyManager; inspector: CallInspector; ports: ToolPorts; clock: Clock; turns: TurnControls }) {
    this.#registry = dependencies.registry;
    this.#hitl = dependencies.hitl;
    this.#policy = dependencies.policy;
    this.#inspector = dependencies.inspector;
    this.#ports = dependencies.ports;
    this.#clock = dependencies.clock;
    this.#turns = dependencies.turns;
  }

  /** `again`: the person was asked about this call before, and VS Code closed on it. */
  async execute(scope: TurnScope, agent: Agent, call: ToolCall, signal: AbortSignal, again?: AskedAgain): Promise<ToolResult> {
    const resolved = this.#registry.resolve(agent, again?.edited === undefined ? call : withArguments(call, again.edited));
    if (!resolved.ok) return this.#fail(scope, call, { outcome: 'error', content: resolved.message, told: resolved.told });
    if (signal.aborted) return this.#fail(scope, call, cancelled());
    const wanted = { agent, call, tool: resolved.tool, bound: resolved.call, edited: again?.edited !== undefined };
    const allowed = await this.#permit(scope, wanted, signal, again?.reason);
    if ('outcome' in allowed) return this.#fail(scope, call, allowed);
    return this.#run(allowed, signal);
  }

  /**
   * What a question would be with other arguments: their problems, or what the person would approve. For a question that waits; nothing is
   * announced and nothing runs.
   */
  async preview(agent: Agent, asked: { sessionId: string; callId: string; tool: string }, edited: Record<string, unknown>): Promise<Preview> {
    const resolved = this.#registry.resolve(agent, { id: asked.callId, name: asked.tool, arguments: JSON.stringify(edited) });
    if (!resolved.ok) return { ok: false, message: resolved.told ?? resolved.message };
    const seen = await this.#inspector.inspect(agent, resolved.tool, resolved.call);
    if (!seen.ok) return { ok: false, message: seen.told ?? seen.message };
    const { verdict, reason } = this.#judge(asked.sessionId, { agent, tool: resolved.tool, bound: resolved.call }, seen.paths);
    if (verdict === 'deny') return { ok: false, message: reason };
    return { ok: true, argumentsHash: seen.hash, arguments: resolved.call.arguments, preview: previewOf(resolved.call, seen), files: filesOf(resolved.call, seen), paths: seen.paths };
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

  /** Judges, and asks until a decision holds for the call and the file as they are when the tool is about to run. */
  async #permit(scope: TurnScope, wanted: Wanted, signal: AbortSignal, asksAgain: string | undefined): Promise<Allowed | Failure> {
    const { agent, call, tool } = wanted;
    let { bound, edited } = wanted;
    let reason = asksAgain;
    let approvedAs: RequestOptions['approvedAs'];
    for (let cause = scope; ; ) {
      const seen = await this.#inspector.inspect(agent, tool, bound);
      if (!seen.ok) return { outcome: 'error', content: seen.message, told: seen.told };
      if (signal.aborted) return cancelled();
      reason = whyAgain(approvedAs, seen, reason);
      const now = { agent, call, tool, bound, edited };
      const verdict = stillAsked(this.#judge(scope.sessionId, now, seen.paths), reason);
      cause = this.#tell(cause, now, verdict, seen);
      if (verdict.verdict === 'deny') return { outcome: 'rejected', content: verdict.reason };
      if (verdict.verdict === 'allow') return { ...now, shown: false, seen, scope: cause };
      const outcome = await this.#hitl.request(cause, requestOf(now, verdict, seen, reason), { signal, files: filesOf(bound, seen), approvedAs });
      if (outcome.decision !== 'approve' && outcome.decision !== 'edit') return refused(outcome);
      cause = outcome.scope;
      approvedAs = undefined;
      if (outcome.decision === 'approve') {
        const confirmed = await this.#confirm(cause, now, seen, signal);
        if (confirmed !== undefined) return confirmed;
        reason = `${seen.target?.path ?? bound.object} changed after you approved, so nothing was done. This is how it is now.`;
        continue;
      }
      const other = this.#registry.resolve(agent, withArguments(call, outcome.arguments));
      if (!other.ok) {
        reason = `What you made of it cannot run: ${other.told ?? other.message}`;
        continue;
      }
      bound = other.call;
      edited = true;
      approvedAs = { argumentsHash: outcome.argumentsHash, actor: outcome.actor };
    }
  }

  /** Looks once more, now that the person has approved: `undefined` where what they were shown is not what there is. */
  async #confirm(scope: TurnScope, wanted: Wanted, shown: InspectedCall, signal: AbortSignal): Promise<Allowed | Failure | undefined> {
    const now = await this.#inspector.inspect(wanted.agent, wanted.tool, wanted.bound);
    if (!now.ok) return { outcome: 'error', content: now.message, told: now.told };
    if (signal.aborted) return cancelled();
    if (now.hash !== shown.hash) return undefined;
    const verdict = this.#judge(scope.sessionId, wanted, now.paths);
    if (verdict.verdict !== 'deny') return { ...wanted, shown: true, seen: now, scope };
    this.#tell(scope, wanted, verdict, now);
    return { outcome: 'rejected', content: verdict.reason };
  }

  #judge(sessionId: string, { agent, tool, bound }: Pick<Wanted, 'agent' | 'tool' | 'bound'>, paths: InspectedCall['paths']): Verdict {
    return this.#policy.judge(sessionId, { tool: tool.name, effects: tool.effects, agent: agent.name, paths, command: bound.command });
  }

  /** Journals the verdict on a call that does something. */
  #tell(scope: TurnScope, { agent, call, tool, bound }: Wanted, verdict: Verdict, { hash: argumentsHash }: InspectedCall): TurnScope {
    if (tool.effects === 'none') return scope;
    return this.#policy.tell(scope, { callId: call.id, tool: call.name, agent: agent.name, object: bound.object, ...verdict, argumentsHash });
  }

  async #run(allowed: Allowed, signal: AbortSignal): Promise<ToolResult> {
    const { agent, call, tool, bound, seen, edited } = allowed;
    const { hash, target, paths } = seen;
    const recorded = this.#record(allowed);
    const started = recorded.publish(SOURCE, 'tool.execution.started', { callId: call.id, tool: tool.name, argumentsHash: hash });
    const caused = recorded.causedBy(started);
    const begin = this.#clock.monotonic();
    const ran = edited ? `${whatRan(this.#argumentsOf(agent, call), bound.arguments)}\n` : '';
    let content: string;
    try {
      const real = paths.map((path) => path.real);
      content = await bound.execute(this.#ports, { signal, turn: this.#turns(caused, agent, call, signal), approved: target, real });
    } catch (error) {
      // it is found begun at the next start
      if (error instanceof JournalWriteError) throw error;
      const failure: Failure = signal.aborted && !this.hasEffects(call) ? cancelled() : { outcome: 'error', content: ran + messageOf(error), told: messageOf(error) };
      const durationMs = this.#clock.monotonic() - begin;
      return retryWhileBusy(this.#clock, () => this.#fail(caused, call, failure, durationMs));
    }
    content = ran + content;
    const durationMs = this.#clock.monotonic() - begin;
    const completed = { callId: call.id, tool: tool.name, durationMs, resultLength: content.length };
    // it has acted: a database that is busy for a moment must not make its end unknown
    await retryWhileBusy(this.#clock, () => caused.publish(SOURCE, 'tool.execution.completed', completed));
    return { outcome: 'ok', content };
  }

  /** As the model wrote them, with what it left out. */
  #argumentsOf(agent: Agent, call: ToolCall): Record<string, unknown> {
    const resolved = this.#registry.resolve(agent, call);
    return resolved.ok ? resolved.call.arguments : {};
  }

  /** Journals what is about to change, as it is before. */
  #record({ call, bound, seen, shown, scope }: Allowed): TurnScope {
    const files = filesOf(bound, seen);
    if (files.length === 0) return scope;
    const { diff } = shown ? {} : previewOf(bound, seen);
    const data = { callId: call.id, tool: call.name, files: files.map((file) => recordOf(file, seen.paths)), ...(diff === undefined ? {} : { diff }) };
    return scope.causedBy(scope.publish(SOURCE, 'tool.change.recorded', data));
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

/** What the person was asked about once they decide on, whatever has become of the rules. */
function stillAsked(verdict: Verdict, reason: string | undefined): Verdict {
  return verdict.verdict === 'allow' && reason !== undefined ? { ...verdict, verdict: 'ask', reason } : verdict;
}

/** Why the person is asked once more, where that is since they edited the call. */
function whyAgain(approvedAs: RequestOptions['approvedAs'], { hash }: InspectedCall, otherwise: string | undefined): string | undefined {
  if (approvedAs === undefined) return otherwise;
  return approvedAs.argumentsHash === hash ? AS_EDITED : EDITED_OTHERWISE;
}

function cancelled(): Failure {
  return { outcome: 'cancelled', content: 'The person stopped the turn before this ran.' };
}

/** How a call ends that the person did not approve. */
function refused(outcome: Exclude<ApprovalOutcome, { decision: 'approve' | 'edit' }>): Failure {
  if (outcome.decision === 'cancelled') return cancelled();
  return { outcome: 'rejected', content: outcome.decision === 'reject' ? rejection(outcome.feedback) : expiry(outcome.waitedMs) };
}

function rejection(feedback: string): string {
  const said = feedback.trim();
  return said === '' ? 'The person rejected this. Nothing was changed.' : `The person rejected this. Nothing was changed. They said: ${said}`;
}

function expiry(waitedMs: number): string {
  return `Nobody decided within ${Math.round(waitedMs / 60_000)} minutes, so this was rejected. Nothing was changed.`;
}
