import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { AgentRouter } from '../../src/core/agents/AgentRouter.ts';
import { coder } from '../../src/core/agents/coder.ts';
import { orchestrator as orchestratorAgent } from '../../src/core/agents/orchestrator.ts';
import { EventBus } from '../../src/core/bus/EventBus.ts';
import { AgentContextManager } from '../../src/core/context/AgentContextManager.ts';
import { HitlManager, type DecisionInput } from '../../src/core/hitl/HitlManager.ts';
import { LlmClient } from '../../src/core/llm/LlmClient.ts';
import { LLMStreamService } from '../../src/core/llm/LLMStreamService.ts';
import { MultiAgentOrchestrator } from '../../src/core/orchestration/MultiAgentOrchestrator.ts';
import type { Journal } from '../../src/core/ports/Journal.ts';
import type { LlmStream } from '../../src/core/ports/LlmStream.ts';
import { SessionManager } from '../../src/core/sessions/SessionManager.ts';
import { subscribeAgentContext } from '../../src/core/subscribers/AgentContextSubscriber.ts';
import { logEvents } from '../../src/core/subscribers/logEvents.ts';
import { listFiles } from '../../src/core/tools/ide/listFiles.ts';
import { readFile } from '../../src/core/tools/ide/readFile.ts';
import { writeFile } from '../../src/core/tools/ide/writeFile.ts';
import { ToolExecutor } from '../../src/core/tools/ToolExecutor.ts';
import { ToolRegistry } from '../../src/core/tools/ToolRegistry.ts';
import { Transcripts } from '../../src/core/transcript/Transcripts.ts';
import type { EventOf, EventType, RuntimeEvent } from '../../src/protocol/events.ts';
import { NodeWorkspace } from './NodeWorkspace.ts';
import { MemoryJournal, MemoryLog, systemClock } from './ports.ts';

/** The runtime core, wired as in the extension, on a folder of its own. */
export class Core {
  readonly root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'ar-core-')));
  readonly log = new MemoryLog();
  readonly workspace = new NodeWorkspace(this.root);
  readonly events: RuntimeEvent[] = [];
  readonly bus: EventBus;
  readonly hitl = new HitlManager();
  readonly contexts = new AgentContextManager();
  readonly sessions: SessionManager;
  readonly transcripts: Transcripts;
  readonly orchestrator: MultiAgentOrchestrator;
  readonly sessionId: string;

  constructor(llm: LlmStream, journal: Journal = new MemoryJournal()) {
    const { log, hitl, contexts, workspace } = this;
    const clock = systemClock;
    this.bus = new EventBus({ journal, clock, log });
    const { bus } = this;
    bus.onAll((event) => void this.events.push(event), { priority: 100 });
    subscribeAgentContext(bus, contexts);
    logEvents(bus, log);
    this.sessions = new SessionManager({ bus, journal, log });
    this.transcripts = new Transcripts(bus);
    const router = new AgentRouter({ bus });
    for (const agent of [orchestratorAgent, coder]) router.register(agent, 'startup');
    const registry = new ToolRegistry([readFile, listFiles, writeFile]);
    const models = { select: () => Promise.resolve({ name: 'test', provider: 'test', llm }) };
    const client = new LlmClient({ models, clock });
    this.orchestrator = new MultiAgentOrchestrator({
      bus,
      sessions: this.sessions,
      contexts,
      router,
      client,
      llm: new LLMStreamService({ client, registry, workspace }),
      tools: new ToolExecutor({ registry, hitl, ports: { workspace }, clock }),
      clock,
      log,
    });
    const session = this.sessions.create();
    this.sessionId = session.id;
    this.transcripts.open(session.id, []);
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
    this.orchestrator.dispose();
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}
