import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createCore, type Core, type CorePorts } from '../../src/core/createCore.ts';
import type { DecisionInput } from '../../src/core/hitl/HitlManager.ts';
import type { LlmStream, Model } from '../../src/core/ports/LlmStream.ts';
import type { OpenSession } from '../../src/core/sessions/OpenSessions.ts';
import { isTurnEvent } from '../../src/core/sessions/turnEvents.ts';
import type { EventOf, EventType, RuntimeEvent } from '../../src/protocol/events.ts';
import { MemoryAudit, MemoryJournal, MemoryLeases, MemoryProjections, MemoryStore } from './MemoryStore.ts';
import { NodeWorkspace } from './NodeWorkspace.ts';
import { systemClock } from '../../src/vscode/adapters/systemClock.ts';
import { MemoryLog } from './ports.ts';
import { TestEnvironment } from './TestEnvironment.ts';
import { TestModelMemory } from './TestModelMemory.ts';
import { TestPolicySettings } from './TestPolicySettings.ts';

export interface TestCoreOptions extends Partial<Pick<CorePorts, 'clock' | 'persistence' | 'approvalTimeoutMs' | 'singleAgent'>> {
  /** What this host shares with others. */
  store?: MemoryStore;
  /** The folder that agents work on; one of its own where none is given. */
  root?: string;
  host?: string;
  /** What is known of the model; by agent, where they have models of their own. */
  model?: Partial<Model> | ((agent: string) => Partial<Model>);
  /** The person's settings of approvals. */
  settings?: TestPolicySettings;
}

/** The runtime core on a folder of its own: one host. */
export class TestCore {
  readonly root: string;
  readonly log = new MemoryLog();
  readonly memory = new TestModelMemory();
  readonly settings: TestPolicySettings;
  readonly workspace: NodeWorkspace;
  readonly events: RuntimeEvent[] = [];
  readonly store: MemoryStore;
  readonly journal: MemoryJournal;
  readonly projections: MemoryProjections;
  readonly core: Core;
  readonly #host: string;
  readonly #ownsRoot: boolean;
  #session: OpenSession | undefined;

  constructor(llm: LlmStream, { store = new MemoryStore(), root, host = 'host', clock = systemClock, persistence, approvalTimeoutMs, singleAgent, model, settings = new TestPolicySettings() }: TestCoreOptions = {}) {
    this.#ownsRoot = root === undefined;
    this.root = root ?? fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'ar-core-')));
    this.workspace = new NodeWorkspace(this.root);
    this.store = store;
    this.settings = settings;
    this.#host = host;
    this.journal = new MemoryJournal(store, host);
    this.projections = new MemoryProjections(store);
    this.core = createCore({
      journal: this.journal,
      projections: this.projections,
      leases: new MemoryLeases(store, host),
      audit: new MemoryAudit(store),
      workspace: this.workspace,
      environment: new TestEnvironment(),
      policySettings: settings,
      models: { select: (agent) => Promise.resolve({ name: 'test', provider: 'test', ...(typeof model === 'function' ? model(agent) : model), llm }) },
      modelMemory: this.memory,
      clock,
      log: this.log,
      persistence: persistence ?? { eventDriven: true, debounceMs: 2_000, maxBatchSize: 50 },
      ...(approvalTimeoutMs === undefined ? {} : { approvalTimeoutMs }),
      ...(singleAgent === undefined ? {} : { singleAgent }),
    });
    this.bus.onAll((event) => void this.events.push(event), { priority: 100 });
    this.core.registerAgents('startup');
  }

  get bus(): Core['bus'] {
    return this.core.bus;
  }

  get contexts(): Core['contexts'] {
    return this.core.contexts;
  }

  get hitl(): Core['hitl'] {
    return this.core.hitl;
  }

  get orchestrator(): Core['orchestrator'] {
    return this.core.orchestrator;
  }

  /** The session that the test works on. */
  get session(): OpenSession {
    if (this.#session === undefined) throw new Error('No session is open');
    return this.#session;
  }

  get sessionId(): string {
    return this.session.id;
  }

  /** Opens a session: a new one where no id is given. */
  async open(sessionId: string = this.core.sessions.create().id): Promise<OpenSession> {
    this.#session = await this.core.openSessions.open(sessionId);
    return this.session;
  }

  /** Sends a message and waits for the turn's end. */
  async turn(text: string): Promise<void> {
    this.send(text);
    await this.orchestrator.idle();
  }

  send(text: string, messageId: string = crypto.randomUUID()): 'accepted' | 'queued' | 'elsewhere' {
    return this.orchestrator.submit(this.sessionId, { messageId, text });
  }

  /** Decides every question as it is asked. */
  decideAll(answer: (question: EventOf<'hitl.approval.requested'>['data']) => Pick<DecisionInput, 'decision' | 'feedback'>): void {
    this.bus.on('hitl.approval.requested', ({ data }) => {
      this.hitl.decide({ approvalId: data.approvalId, argumentsHash: data.argumentsHash, actor: 'test', ...answer(data) });
    });
  }

  approveAll(): void {
    this.decideAll(() => ({ decision: 'approve', feedback: '' }));
  }

  /** Resolves with the next event of a type. */
  next<T extends EventType>(type: T): Promise<EventOf<T>> {
    return new Promise((resolve) => {
      const subscription = this.bus.on(type, (event) => {
        subscription.dispose();
        resolve(event);
      });
    });
  }

  of<T extends EventType>(type: T): EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }

  /** How turns ended, agents' parts of them left out. */
  turnEnds(): EventOf<'agent.processing.completed'>[] {
    return this.of('agent.processing.completed').filter(isTurnEvent);
  }

  file(name: string): string {
    return path.join(this.root, name);
  }

  put(name: string, text: string): void {
    fs.mkdirSync(path.dirname(this.file(name)), { recursive: true });
    fs.writeFileSync(this.file(name), text);
  }

  /** Sets a link, in the place of what is there. `to`: relative to the workspace, or absolute. */
  link(name: string, to: string): void {
    fs.rmSync(this.file(name), { recursive: true, force: true });
    fs.symlinkSync(path.resolve(this.root, to), this.file(name));
  }

  read(name: string): string | undefined {
    return fs.existsSync(this.file(name)) ? fs.readFileSync(this.file(name), 'utf8') : undefined;
  }

  /** The process is gone from one moment to the next: nothing of it is written any more, and its leases are free. */
  crash(): void {
    this.journal.refuses = () => true;
    this.projections.failure = new Error('this host is dead');
    this.core.dispose();
    this.store.kill(this.#host);
  }

  dispose(): void {
    this.core.dispose();
    if (this.#ownsRoot) fs.rmSync(this.root, { recursive: true, force: true });
  }
}
