import type { LlmRequest } from '../ports/LlmStream.ts';

export type AgentName = 'orchestrator' | 'coder' | 'architect' | 'debug' | 'ask' | 'universal';

/** The files that an agent may write. */
export interface FileLimit {
  /** Globs that a workspace path must match whole, links followed, by the case that is written. */
  readonly globs: readonly string[];
  /** What they allow, for the model and for people: "Markdown files (.md)". */
  readonly words: string;
}

/** An agent as data: what it is told, what it may use, and how its model is asked. */
export interface Agent {
  readonly name: AgentName;
  /** As people read it. */
  readonly title: string;
  /** For the orchestrator, which chooses by it, and for the person. */
  readonly purpose: string;
  readonly prompt: string;
  /** Names of tools. */
  readonly tools: readonly string[];
  /** Absent: it may write any file that its tools can. */
  readonly writes?: FileLimit;
  readonly model: Pick<LlmRequest, 'format' | 'temperature'>;
}

/** The `source` of an agent's own events: "CoderAgent". */
export function agentSource({ title }: Pick<Agent, 'title'>): string {
  return `${title}Agent`;
}
