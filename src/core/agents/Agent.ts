export type AgentName = 'orchestrator' | 'coder';

/** An agent as data: what it is told, and what it may use. */
export interface Agent {
  readonly name: AgentName;
  /** As people read it. */
  readonly title: string;
  /** For the orchestrator, which chooses by it. */
  readonly purpose: string;
  readonly prompt: string;
  /** Names of tools. */
  readonly tools: readonly string[];
}
