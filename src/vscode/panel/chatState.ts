import type { ModelSettings } from '../../core/llm/profiles.ts';
import type { PolicyState } from '../../core/hitl/PolicyManager.ts';
import type { Workspace } from '../../core/ports/Workspace.ts';
import type { OpenSession } from '../../core/sessions/OpenSessions.ts';
import type { QueuedText } from '../../core/sessions/SessionState.ts';
import { presets, presetWords } from '../../protocol/policy.ts';
import type { AgentChoice, ChatState, QueuedMessage } from '../../protocol/webview.ts';
import { chatModels } from './chatModels.ts';

/** Characters of a queued message that its row gets: it shows one line. */
const QUEUED = 200;

export interface ChatStateDependencies {
  workspace: Pick<Workspace, 'folders' | 'trusted'>;
  /** The agents that the person can choose, the orchestrator first. */
  agents: () => AgentChoice[];
  policy: { readonly state: PolicyState };
  /** The agent that has a session. */
  agentOf: (sessionId: string) => string;
  modelSettings: { read: () => ModelSettings };
}

/** Everything of a session's chat that is no item of the transcript. */
export function chatState(open: OpenSession, { workspace, agents, agentOf, policy, modelSettings }: ChatStateDependencies): ChatState {
  const { session, transcript } = open;
  const { preset, enabled, invalid } = policy.state;
  const owned = open.owned && !open.deleted;
  // what another window does is not this one's to stop, to answer or to decide
  const { pending, running, asking } = owned ? transcript : { pending: 0, running: false, asking: undefined };
  const agent = agentOf(open.id);
  return {
    title: session.title,
    owner: owned ? 'here' : open.deleted ? 'nobody' : 'elsewhere',
    turn: pending > 0 || asking !== undefined ? 'waiting' : running ? 'running' : 'idle',
    pending,
    ...(asking === undefined ? {} : { question: { id: asking.id, free: asking.free } }),
    queue: session.queue.map(beginning),
    plan: [...transcript.plan],
    agent,
    agents: agents(),
    ...chatModels(modelSettings.read(), agent),
    ...(transcript.usage === undefined ? {} : { usage: transcript.usage }),
    workspace: workspace.folders().length === 0 ? 'none' : workspace.trusted() ? 'open' : 'untrusted',
    approvals: { preset, enabled, invalid: [...invalid], choices: presets.map((choice) => ({ preset: choice, ...presetWords[choice] })) },
  };
}

function beginning({ messageId, text }: QueuedText): QueuedMessage {
  if (text.length <= QUEUED) return { messageId, text };
  // whole characters: one can take two units
  return { messageId, text: `${Array.from(text.slice(0, 2 * QUEUED)).slice(0, QUEUED).join('')}…` };
}
