import { profileDetail, type ModelSettings } from '../../core/llm/profiles.ts';
import type { ChatState } from '../../protocol/webview.ts';

const OFFLINE = { name: '', detail: 'A script, without a model. Nothing leaves this computer.' };

/** The model of an agent, and those that can be chosen. */
export function chatModels({ profiles, chosen, agents }: ModelSettings, agent: string): Pick<ChatState, 'model' | 'models'> {
  const own = agents.get(agent);
  const name = own ?? chosen;
  return {
    model: { name: name === '' ? 'Offline' : name, offline: name === '', own: own !== undefined },
    models: [...profiles.map((profile) => ({ name: profile.name, detail: profileDetail(profile) })), OFFLINE],
  };
}
