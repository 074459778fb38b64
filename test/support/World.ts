import type { EventType } from '../../src/protocol/events.ts';
import { changeRules, decide, editCall } from './decisions.ts';
import { answerOf, routeOf } from './heldAnswers.ts';
import { MemoryDisk } from './MemoryWorkspace.ts';
import { MemoryStore } from './MemoryStore.ts';
import { TestPolicySettings } from './TestPolicySettings.ts';
import { fileName, type Step } from './worldSteps.ts';
import { WorldHost, type Shared } from './WorldHost.ts';

export interface WorldOptions {
  hosts: number;
  /** That there are from the start. */
  sessions: number;
  holdRoutes: boolean;
  eventDriven: boolean;
}

/** Longest wait for the world to come to rest, in turns of the event loop. */
const PATIENCE = 2_000;
/** Turns without any activity after which nothing more comes by itself. */
const REST = 4;

/** Hosts on one database and one disk, their models, and the person: everything that happens in it is a {@link Step}. */
export class World implements Shared {
  readonly store = new MemoryStore();
  readonly disk = new MemoryDisk();
  readonly settings = new TestPolicySettings();
  readonly commits: Shared['commits'] = [];
  activity = 0;
  readonly sessionIds: string[] = [];
  /** Messages, and answers to questions, that were taken. */
  readonly accepted: { sessionId: string; messageId: string }[] = [];
  /** Approvals that the person approved, whether or not that could be saved. */
  readonly approved = new Set<string>();
  /** Approvals whose decision was answered `decided`. */
  readonly decided: string[] = [];
  /** Turns that were stopped while they ran, and how many events were committed by then. */
  readonly stops: { sessionId: string; after: number }[] = [];
  trusted = true;
  /** Failures that nobody could have explained to a person. */
  readonly surprises: unknown[] = [];
  readonly hosts: (WorldHost | undefined)[];
  /** All that ever were. */
  readonly everyHost: WorldHost[] = [];
  readonly #options: WorldOptions;
  #count = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.hosts = Array.from({ length: options.hosts }, () => undefined);
  }

  /** Takes a step. What it sets off goes on when the event loop turns; resolves at once but for a start, which is waited for. */
  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'stream':
      case 'answer':
        this.#answer(step);
        break;
      case 'trust':
        this.trusted = step.trusted;
        break;
      case 'edit':
        this.disk.write(fileName(step.file), `edited ${this.next()}\n`);
        break;
      case 'start':
        await this.#start(step.host);
        break;
      default: {
        const host = this.living[step.host % Math.max(1, this.living.length)];
        if (host !== undefined) this.#on(host, step);
      }
    }
  }

  get living(): WorldHost[] {
    return this.hosts.filter((host): host is WorldHost => host?.alive === true);
  }

  /** Lets the event loop turn a number of times. */
  async turn(times: number): Promise<void> {
    for (let turn = 0; turn < times; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Lets everything happen that happens by itself. Throws where it never comes to rest. */
  async rest(): Promise<void> {
    let still = 0;
    for (let turn = 0; still < REST; turn += 1) {
      if (turn > PATIENCE) throw new Error('The world does not come to rest');
      const before = this.activity;
      await this.turn(1);
      still = this.activity === before ? still + 1 : 0;
    }
  }

  /** Waits for a promise that needs nobody but a moment now and then: throws where it is not settled when the world rests. */
  async settled<T>(promise: Promise<T>, what: string): Promise<T> {
    const open = new Set([promise]);
    const over = (): boolean => open.delete(promise);
    void promise.then(over, over);
    await this.rest();
    for (let moments = 0; open.size > 0 && moments < PATIENCE; moments += 1) {
      for (const { clock } of this.living) clock.pass(5);
      await this.rest();
    }
    return Promise.race([promise, Promise.reject(new Error(`${what} does not end`))]);
  }

  /** A host in a place that has none, which recovers what it can. Its sessions are those that it recovered: nobody shows them. */
  boot(place: number): { host: WorldHost; recovered: Promise<unknown> } {
    const host = new WorldHost(this, `host ${place}.${this.everyHost.length}`, this.#options);
    this.hosts[place] = host;
    this.everyHost.push(host);
    return { host, recovered: host.core.recovery.run() };
  }

  async #start(index: number): Promise<void> {
    const free = this.hosts.flatMap((host, place) => (host?.alive === true ? [] : [place]));
    const place = free[index % Math.max(1, free.length)];
    if (place !== undefined) await this.settled(this.boot(place).recovered, 'recovery');
  }

  #on(host: WorldHost, step: Exclude<Step, { do: 'stream' | 'answer' | 'edit' | 'trust' }>): void {
    switch (step.do) {
      case 'create':
        this.#create(host);
        break;
      case 'quit':
        host.core.dispose();
        host.kill();
        break;
      case 'crash':
        host.kill();
        break;
      case 'trap':
        host.trap = { type: step.type, fate: step.fate };
        break;
      case 'pass':
        host.clock.pass(step.milliseconds);
        break;
      case 'show':
      case 'decide':
        decide(this, host, step);
        break;
      case 'edit call':
        editCall(this, host, step);
        break;
      case 'preset':
        this.tolerate(() => host.core.policy.choosePreset(step.preset, 'person'));
        break;
      case 'rule':
        changeRules(this, host, step);
        break;
      default:
        if ('session' in step) this.#onSession(host, step);
    }
  }

  #create(host: WorldHost): void {
    this.tolerate(() => {
      const { id } = host.core.sessions.create();
      this.sessionIds.push(id);
      this.#open(host, id);
    });
  }

  #open(host: WorldHost, id: string): void {
    void host.core.openSessions.open(id).then(
      (session) => session !== undefined && host.shown.set(id, session),
      (error: unknown) => this.refused(error),
    );
  }

  #send(host: WorldHost, sessionId: string, again: boolean): void {
    if (!host.shown.has(sessionId)) return;
    const known = this.accepted.findLast((message) => message.sessionId === sessionId)?.messageId;
    const messageId = again && known !== undefined ? known : `message ${this.next()}`;
    this.tolerate(() => {
      if (host.core.orchestrator.submit(sessionId, { messageId, text: messageId }) !== 'elsewhere') this.accepted.push({ sessionId, messageId });
    });
  }

  #reply(host: WorldHost, sessionId: string, words: boolean): void {
    const session = host.shown.get(sessionId)?.session;
    const waiting = [...(session?.questions ?? [])].find(([, { answer }]) => answer === undefined);
    if (waiting === undefined) return;
    const messageId = `reply ${this.next()}`;
    const [questionId, { choices, free }] = waiting;
    const { orchestrator } = host.core;
    this.tolerate(() => {
      const answer =
        words && free
          ? orchestrator.submit(sessionId, { messageId, text: messageId, answerTo: questionId })
          : orchestrator.choose(sessionId, { questionId, messageId, choice: choices[this.#count % choices.length] ?? '' });
      if (answer === 'accepted' || answer === 'answered' || answer === 'queued') this.accepted.push({ sessionId, messageId });
    });
  }

  #withdraw({ core: { orchestrator }, shown }: WorldHost, sessionId: string): void {
    const last = shown.get(sessionId)?.session.queue.at(-1);
    if (last !== undefined) this.tolerate(() => orchestrator.withdraw(sessionId, last.messageId));
  }

  #switch({ core: { contexts, orchestrator }, shown }: WorldHost, sessionId: string): void {
    const { session, transcript } = shown.get(sessionId) ?? {};
    // an interrupted turn is resumed or left before the person chooses another agent, and an answer that streams ends
    const streams = transcript?.items.some((item) => item.kind === 'answer' && item.state === 'streaming') === true;
    if (session === undefined || session.deleted || streams || (session.turn !== undefined && !orchestrator.isRunning(sessionId))) return;
    const to = contexts.get(sessionId).currentAgent === 'coder' ? 'orchestrator' : 'coder';
    this.tolerate(() => orchestrator.chooseAgent(sessionId, to));
  }

  #onSession(host: WorldHost, step: Extract<Step, { session: number }>): void {
    const id = this.sessionIds[step.session % Math.max(1, this.sessionIds.length)];
    if (id === undefined) return;
    const { openSessions, orchestrator, deletion } = host.core;
    this.#say(host, id, step);
    switch (step.do) {
      case 'open':
        this.#open(host, id);
        break;
      case 'close':
        host.shown.delete(id);
        openSessions.close(id);
        break;
      case 'stop':
        if (orchestrator.isRunning(id) && host.holds(id)) this.stops.push({ sessionId: id, after: this.commits.length });
        orchestrator.stop(id);
        break;
      case 'resume':
        if (host.shown.has(id)) this.tolerate(() => orchestrator.resume(id));
        break;
      case 'delete':
        deletion.delete(id).catch((error: unknown) => this.refused(error));
        break;
      case 'restore':
        this.tolerate(() => deletion.restore(id));
        break;
      case 'erase':
        deletion.erase(id).catch((error: unknown) => this.refused(error));
        break;
      case 'lose':
        this.store.leases.delete(id);
        break;
      default:
        break;
    }
  }

  /** What the person does in the chat, but for its buttons that end things. */
  #say(host: WorldHost, id: string, step: Extract<Step, { session: number }>): void {
    switch (step.do) {
      case 'send':
        this.#send(host, id, step.again);
        break;
      case 'reply':
        this.#reply(host, id, step.words);
        break;
      case 'withdraw':
        this.#withdraw(host, id);
        break;
      case 'switch':
        this.#switch(host, id);
        break;
      default:
        break;
    }
  }

  #answer(step: Extract<Step, { do: 'stream' | 'answer' }>): void {
    const held = this.living.flatMap(({ model }) => [...model.held]);
    const request = held[step.request % Math.max(1, held.length)];
    if (request === undefined) return;
    if (step.do === 'stream') request.send({ type: 'text', text: 'Well, ' });
    else if (request.request.format === 'json') request.send(...routeOf(step.kind));
    else request.send(...answerOf(step.kind, fileName(step.file), () => this.next()));
  }

  /** A step may be refused, in words for the person; it must not fail in any other way. */
  tolerate(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.refused(error);
    }
  }

  refused(error: unknown): void {
    if (!(error instanceof Error && ('info' in error || error.message === 'This host is dead'))) this.surprises.push(error);
  }

  next(): number {
    this.#count += 1;
    return this.#count;
  }
}

/** Types that a {@link Trap} may wait for. */
export const trappedTypes: readonly (EventType | 'any')[] = [
  'any',
  'session.created',
  'session.updated',
  'session.message.added',
  'session.message.queued',
  'session.message.withdrawn',
  'session.deleted',
  'session.restored',
  'agent.processing.started',
  'agent.processing.completed',
  'agent.switched',
  'agent.plan.updated',
  'agent.error.occurred',
  'llm.request.started',
  'llm.request.completed',
  'llm.request.failed',
  'llm.retry.scheduled',
  'tool.execution.requested',
  'tool.approval.required',
  'tool.execution.started',
  'tool.execution.completed',
  'tool.execution.failed',
  'hitl.approval.requested',
  'hitl.approval.shown',
  'hitl.decision.made',
  'hitl.verdict.given',
  'hitl.rule.added',
  'hitl.preset.changed',
  'tool.change.recorded',
  'hitl.timeout.occurred',
  'hitl.question.asked',
  'hitl.question.answered',
];
