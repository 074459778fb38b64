import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createCore, type Core } from '../../src/core/createCore.ts';
import type { DecisionInput } from '../../src/core/hitl/HitlManager.ts';
import type { Journal } from '../../src/core/ports/Journal.ts';
import type { LlmStream } from '../../src/core/ports/LlmStream.ts';
import type { EventOf, EventType, RuntimeEvent } from '../../src/protocol/events.ts';
import { NodeWorkspace } from './NodeWorkspace.ts';
import { MemoryJournal, MemoryLog, systemClock } from './ports.ts';

/** The runtime core on a folder of its own, with one session. */
export class TestCore {
  readonly root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'ar-core-')));
  readonly log = new MemoryLog();
  readonly workspace = new NodeWorkspace(this.root);
  readonly events: RuntimeEvent[] = [];
  readonly sessionId: string;
  readonly bus: Core['bus'];
  readonly contexts: Core['contexts'];
  readonly hitl: Core['hitl'];
  readonly orchestrator: Core['orchestrator'];
  readonly transcripts: Core['transcripts'];
  readonly #core: Core;

  constructor(llm: LlmStream, journal: Journal = new MemoryJournal()) {
    const models = { select: () => Promise.resolve({ name: 'test', provider: 'test', llm }) };
    this.#core = createCore({ journal, workspace: this.workspace, models, clock: systemClock, log: this.log });
    this.bus = this.#core.bus;
    this.contexts = this.#core.contexts;
    this.hitl = this.#core.hitl;
    this.orchestrator = this.#core.orchestrator;
    this.transcripts = this.#core.transcripts;
    this.bus.onAll((event) => void this.events.push(event), { priority: 100 });
    this.#core.registerAgents('startup');
    this.sessionId = this.#core.sessions.create().id;
    this.transcripts.open(this.sessionId, []);
  }

  /** Sends a message and waits for the turn's end. */
  async turn(text: string): Promise<void> {
    this.send(text);
    await this.orchestrator.idle();
  }

  send(text: string, messageId: string = crypto.randomUUID()): 'accepted' | 'busy' {
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

  file(name: string): string {
    return path.join(this.root, name);
  }

  put(name: string, text: string): void {
    fs.mkdirSync(path.dirname(this.file(name)), { recursive: true });
    fs.writeFileSync(this.file(name), text);
  }

  read(name: string): string | undefined {
    return fs.existsSync(this.file(name)) ? fs.readFileSync(this.file(name), 'utf8') : undefined;
  }

  dispose(): void {
    this.#core.dispose();
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}
