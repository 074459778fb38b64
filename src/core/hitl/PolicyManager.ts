import { randomUUID } from 'node:crypto';
import type { EventBus } from '../bus/EventBus.ts';
import { DisposableStore, type Disposable } from '../bus/Disposable.ts';
import type { TurnScope } from '../bus/TurnScope.ts';
import type { EventData, EventType, RuntimeEvent } from '../../protocol/events.ts';
import { policyRule, type PolicyRule, type Preset, type RuleScope } from '../../protocol/policy.ts';
import type { Clock } from '../ports/Clock.ts';
import type { Journal } from '../ports/Journal.ts';
import type { Log } from '../ports/Log.ts';
import type { PolicySettings } from '../ports/PolicySettings.ts';
import type { Workspace } from '../ports/Workspace.ts';
import type { SessionManager } from '../sessions/SessionManager.ts';
import { judge, type PolicyCall, type Verdict } from './policy.ts';
import { RuleMatcher } from './RuleMatcher.ts';
import { foldRule, type KeptRule, type Rules } from './Rules.ts';
import { readUserRules, type UserRules } from './userRules.ts';

const SOURCE = 'PolicyManager';
/** Events without a session, where the workspace's rules are. */
const WORKSPACE = '';
const workspaceTypes: readonly EventType[] = ['hitl.rule.added', 'hitl.rule.removed', 'hitl.preset.changed', 'hitl.settings.changed'];

/** The policy as the approvals' settings, the workspace and a session have it. Only the person changes it, by {@link PolicyManager}. */
export interface PolicyState {
  preset: Preset;
  enabled: boolean;
  /** What is wrong in the settings. */
  invalid: readonly string[];
}

export interface PolicyManagerDependencies {
  bus: EventBus;
  journal: Journal;
  sessions: SessionManager;
  settings: PolicySettings;
  workspace: Workspace;
  clock: Clock;
  log: Log;
}

export interface RuleRemoval {
  scope: RuleScope;
  ruleId: string;
  rule: PolicyRule;
  /** Of a rule for a session. */
  sessionId: string | undefined;
  actor: string;
}

/**
 * Judges calls, and keeps the rules that it judges by: those of the workspace and the preset in the journal's events without a session, those of
 * a session in its own, those for everywhere in the person's settings.
 */
export class PolicyManager implements Disposable {
  readonly #dependencies: PolicyManagerDependencies;
  readonly #disposables = new DisposableStore();
  readonly #workspace: Rules = new Map();
  readonly #matchers = new WeakMap<PolicyRule, RuleMatcher>();
  readonly #listeners = new Set<() => void>();
  #preset: Preset = 'askWrites';
  /** The settings as the journal last had them, in JSON. */
  #journaled = JSON.stringify({ enabled: true, rules: [], invalid: [] });
  #settings: UserRules | undefined;
  /** Ends with the write that was asked for last. */
  #writing: Promise<void> = Promise.resolve();
  /** Of the last event that was read. */
  #seq = 0;
  /** The journal was read to its end once. */
  #known = false;

  constructor(dependencies: PolicyManagerDependencies) {
    this.#dependencies = dependencies;
    this.#disposables.add(
      dependencies.bus.onCategory('hitl', ({ type }) => {
        if (workspaceTypes.includes(type)) this.#changed();
      }, { priority: 5 }),
    );
    this.#disposables.add(
      dependencies.settings.onChange(() => {
        this.#settings = undefined;
        this.noteSettings();
        this.#changed();
      }),
    );
  }

  get state(): PolicyState {
    this.#read();
    const { enabled, invalid } = this.#userRules;
    return { preset: this.#preset, enabled, invalid };
  }

  /** Runs when a rule, the preset or the settings are others. */
  onChange(run: () => void): Disposable {
    this.#listeners.add(run);
    return { dispose: () => this.#listeners.delete(run) };
  }

  judge(sessionId: string, call: PolicyCall): Verdict {
    this.#read();
    const { workspace, clock, sessions } = this.#dependencies;
    const session = sessions.find(sessionId)?.rules;
    const { enabled, rules: user } = this.#userRules;
    return judge(call, {
      enabled,
      preset: this.#preset,
      trusted: workspace.trusted(),
      rules: { session: this.#kept(session), workspace: this.#kept(this.#workspace), user: user.map((rule) => this.#matcher(rule)) },
      folders: workspace.folders(),
      now: clock.now().getTime(),
    });
  }

  /** Journals a verdict. */
  tell(scope: TurnScope, verdict: EventData<'hitl.verdict.given'>): TurnScope {
    return scope.causedBy(scope.publish(SOURCE, 'hitl.verdict.given', verdict));
  }

  /** Journals what the settings are, where the journal has them otherwise. Nothing is thrown: they hold all the same. */
  noteSettings(): void {
    try {
      this.#read();
      const { enabled, rules, invalid } = this.#userRules;
      const data = { enabled, rules: [...rules], invalid: [...invalid] };
      if (JSON.stringify(data) === this.#journaled) return;
      this.#publish('hitl.settings.changed', data);
    } catch (error) {
      this.#dependencies.log.error('It could not be saved that the settings of approvals changed', error);
    }
  }

  /** Throws {@link JournalWriteError}. */
  choosePreset(preset: Preset, actor: string): void {
    this.#read();
    if (preset !== this.#preset) this.#publish('hitl.preset.changed', { preset, actor });
  }

  /** Makes a rule, in front of those of its scope. Returns its id. Rejects where it could not be kept: then there is none. */
  async addRule({ scope, rule, sessionId, actor }: { scope: RuleScope; rule: PolicyRule; sessionId: string; actor: string }): Promise<string> {
    this.#read();
    const data = { ruleId: randomUUID(), scope, rule: policyRule().parse(rule), actor };
    const tell = (): void => this.#publish('hitl.rule.added', data, scope === 'session' ? sessionId : undefined);
    if (scope !== 'user') tell();
    else {
      const json = JSON.stringify(data.rule);
      const out = (): Promise<void> => this.#writeUserRules((rules) => withoutFirst(rules, json));
      await this.#writeAndTell(() => this.#writeUserRules((rules) => [data.rule, ...rules]), out, tell);
    }
    return data.ruleId;
  }

  /**
   * Takes a rule back; nothing happens where it is gone. Returns what puts it back to where it was among the others, since the first that matches
   * counts. Rejects where that could not be saved: then it holds.
   */
  async removeRule({ scope, ruleId, rule, sessionId, actor }: RuleRemoval): Promise<((actor: string) => Promise<void>) | undefined> {
    this.#read();
    const session = scope === 'session' ? sessionId : undefined;
    const data = { ruleId, scope, rule };
    if (scope !== 'user') {
      const kept = session === undefined ? this.#workspace : this.#dependencies.sessions.find(session)?.rules;
      if (kept?.get(ruleId)?.removed === true) return undefined;
      this.#publish('hitl.rule.removed', { ...data, actor }, session);
      return (by) => Promise.resolve().then(() => this.#publish('hitl.rule.added', { ...data, actor: by }, session));
    }
    const json = JSON.stringify(rule);
    const { rules } = this.#dependencies.settings.read();
    const at = Array.isArray(rules) ? rules.findIndex((other) => asRead(other) === json) : -1;
    if (at < 0) return undefined;
    const written: readonly unknown[] = Array.isArray(rules) ? rules.slice(at, at + 1) : [];
    const out = (): Promise<void> => this.#writeUserRules((now) => withoutFirst(now, json));
    const back = (): Promise<void> => this.#writeUserRules((now) => now.toSpliced(at, 0, ...written));
    await this.#writeAndTell(out, back, () => this.#publish('hitl.rule.removed', { ...data, actor }));
    return (by) => this.#writeAndTell(back, out, () => this.#publish('hitl.rule.added', { ...data, actor: by }));
  }

  /** Every rule that holds, the nearest first; those of one session, where it is given. Expired ones are among them. */
  rules(sessionId: string | undefined): (KeptRule & { scope: RuleScope })[] {
    this.#read();
    const session = sessionId === undefined ? undefined : this.#dependencies.sessions.find(sessionId)?.rules;
    const kept = (scope: RuleScope, rules: Rules | undefined): (KeptRule & { scope: RuleScope })[] => newestFirst(rules).map((rule) => ({ ...rule, scope }));
    const user = this.#userRules.rules.map((rule) => ({ ruleId: JSON.stringify(rule), rule, scope: 'user' as const }));
    return [...kept('session', session), ...kept('workspace', this.#workspace), ...user];
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  get #userRules(): UserRules {
    return (this.#settings ??= readUserRules(this.#dependencies.settings.read()));
  }

  /** One after the other: each begins with what the one before it wrote, or a rule that forbids could be lost. */
  #writeUserRules(change: (rules: readonly unknown[]) => readonly unknown[]): Promise<void> {
    const written = this.#writing.then(() => this.#writeNow(change));
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async #writeNow(change: (rules: readonly unknown[]) => readonly unknown[]): Promise<void> {
    const { settings } = this.#dependencies;
    const { rules } = settings.read();
    if (rules !== undefined && !Array.isArray(rules)) throw new Error('The rules in your settings are no list. Correct them first.');
    await settings.writeRules(change(rules ?? []));
    this.#settings = undefined;
  }

  #publish<T extends 'hitl.rule.added' | 'hitl.rule.removed' | 'hitl.preset.changed' | 'hitl.settings.changed'>(type: T, data: EventData<T>, sessionId?: string): void {
    this.#dependencies.bus.publish({ type, source: SOURCE, correlationId: randomUUID(), sessionId, data });
  }

  /** What cannot be audited does not hold: it is undone, and rejects. */
  async #writeAndTell(write: () => Promise<void>, undo: () => Promise<void>, tell: () => void): Promise<void> {
    await write();
    try {
      tell();
    } catch (error) {
      await undo();
      throw error;
    }
  }

  /**
   * Takes over what the journal has more than was read: another host may share it. Throws where it was never read to its end and does not answer:
   * then nothing is judged, since what is not read yet may forbid; later what was read holds.
   */
  #read(): void {
    const { journal, log } = this.#dependencies;
    try {
      const last = journal.head(WORKSPACE)?.seq ?? 0;
      for (let more = last > this.#seq; more; ) {
        const page = journal.page(WORKSPACE, this.#seq, { types: workspaceTypes });
        for (const event of page.events) this.#fold(event);
        this.#seq = page.events.at(-1)?.seq ?? this.#seq;
        more = page.more && page.events.length > 0;
      }
      this.#seq = Math.max(last, this.#seq);
      this.#known = true;
    } catch (error) {
      if (!this.#known) throw error;
      log.error('The rules of the workspace could not be read again', error);
    }
  }

  #fold(event: RuntimeEvent): void {
    if (event.type === 'hitl.preset.changed') this.#preset = event.data.preset;
    if (event.type === 'hitl.settings.changed') this.#journaled = JSON.stringify(event.data);
    foldRule(this.#workspace, 'workspace', event);
  }

  #changed(): void {
    for (const run of this.#listeners) run();
  }

  /** The newest rule is the first. */
  #kept(rules: Rules | undefined): RuleMatcher[] {
    return newestFirst(rules).map(({ rule }) => this.#matcher(rule));
  }

  #matcher(rule: PolicyRule): RuleMatcher {
    const known = this.#matchers.get(rule);
    if (known !== undefined) return known;
    const matcher = new RuleMatcher(rule);
    this.#matchers.set(rule, matcher);
    return matcher;
  }
}

/** Those that hold. */
function newestFirst(rules: Rules | undefined): KeptRule[] {
  return [...(rules?.values() ?? [])].filter(({ removed }) => removed !== true).reverse();
}

function withoutFirst(rules: readonly unknown[], json: string): unknown[] {
  const first = rules.findIndex((other) => asRead(other) === json);
  return rules.filter((_other, index) => index !== first);
}

/** A rule of the settings as it was read, whatever the order of its fields. */
function asRead(written: unknown): string | undefined {
  const { data } = policyRule().safeParse(written);
  return data === undefined ? undefined : JSON.stringify(data);
}
