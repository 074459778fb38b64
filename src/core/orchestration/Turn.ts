import type { TurnScope } from '../bus/TurnScope.ts';
import type { AgentRouter } from '../agents/AgentRouter.ts';
import type { SystemPrompts } from '../agents/SystemPrompts.ts';
import type { AgentContextManager } from '../context/AgentContextManager.ts';
import type { QuestionManager } from '../hitl/QuestionManager.ts';
import type { LLMStreamService } from '../llm/LLMStreamService.ts';
import type { Clock } from '../ports/Clock.ts';
import type { Log } from '../ports/Log.ts';
import type { SessionManager } from '../sessions/SessionManager.ts';
import type { SessionState } from '../sessions/SessionState.ts';
import type { ToolExecutor } from '../tools/ToolExecutor.ts';
import type { AgentParts } from './AgentParts.ts';
import type { Usage } from '../llm/Usage.ts';

/** What every turn works with. */
export interface TurnPorts {
  clock: Clock;
  log: Log;
  sessions: SessionManager;
  contexts: AgentContextManager;
  router: AgentRouter;
  prompts: SystemPrompts;
  llm: LLMStreamService;
  tools: ToolExecutor;
  questions: QuestionManager;
}

/** One turn that runs. */
export interface Turn {
  /** Goes on from its begin. */
  readonly scope: TurnScope;
  readonly session: SessionState;
  readonly parts: AgentParts;
  /** Of all its model calls. */
  readonly usage: Usage;
  /** Answers in a row that the model's length limit cut off. */
  cutInARow: number;
  readonly signal: AbortSignal;
  /** Ends it as the person's Stop does. */
  readonly stop: () => void;
}

/** How a turn ends where nothing fails. */
export type TurnEnd = 'completed' | 'stopped';
