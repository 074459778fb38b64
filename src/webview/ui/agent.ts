const icons: Readonly<Record<string, string>> = {
  orchestrator: 'compass',
  coder: 'code',
  architect: 'symbol-structure',
  debug: 'bug',
  ask: 'question',
  universal: 'layers',
};

/** The codicon of an agent, by the agent's lower-case name. */
export function agentIcon(agent: string): string {
  return icons[agent] ?? 'agent';
}

/** An agent's name as a person reads it. */
export function agentName(agent: string): string {
  return agent.charAt(0).toUpperCase() + agent.slice(1);
}
