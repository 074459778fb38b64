import type { AgentChoice, ChatState } from '../../../protocol/webview.ts';
import { agentIcon, agentName } from '../../ui/agent.ts';
import { spokenText } from '../../ui/visibleText.ts';
import type { PickerView } from './Picker.ts';

const AUTO = 'orchestrator';

/** The orchestrator is the agent that chooses another one: as a choice, and while it has the session, it is called Auto. */
const titleOf = ({ name, title }: Pick<AgentChoice, 'name' | 'title'>): string => (name === AUTO ? 'Auto' : title);
const iconOf = (name: string): string => (name === AUTO ? 'agent' : agentIcon(name));

/** Who has the session, and who can have it. `undefined` where one agent is no choice. */
export function agentChoices({ agents, agent, owner }: ChatState): PickerView | undefined {
  if (agents.length < 2) return undefined;
  const known = agents.find(({ name }) => name === agent);
  const words = known === undefined ? agentName(agent) : titleOf(known);
  const choices = agents.map((choice) => ({
    name: choice.name,
    title: titleOf(choice),
    purpose: choice.name === AUTO ? 'the Orchestrator picks' : choice.purpose,
    icon: iconOf(choice.name),
  }));
  return { choices, chosen: agent, enabled: owner === 'here', face: { icon: iconOf(agent), words }, tip: `Agent: ${spokenText(words)}` };
}
