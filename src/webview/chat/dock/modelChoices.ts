import type { ChatState } from '../../../protocol/webview.ts';
import { agentName } from '../../ui/agent.ts';
import { spokenText } from '../../ui/visibleText.ts';
import type { PickerView } from './Picker.ts';
import { sessionTokensTitle } from './sessionTokens.ts';

const iconOf = (name: string): string => (name === '' ? 'debug-disconnect' : 'sparkle');
const titleOf = (name: string): string => (name === '' ? 'Offline' : name);

/** Which model answers, and which can: those that are set up, the offline one, and the way to another. */
export function modelChoices({ model, models, agent, owner, usage }: Pick<ChatState, 'model' | 'models' | 'agent' | 'owner' | 'usage'>, setUp: () => void): PickerView {
  const words = model.offline ? 'Offline' : model.name;
  const own = `${agentName(agent)} uses ${spokenText(words)} by your settings. What you choose here is for agents without a model of their own.`;
  return {
    choices: [
      ...models.map(({ name, detail }) => ({ name, title: titleOf(name), purpose: detail, icon: iconOf(name) })),
      { name: '', title: 'Set up a model…', purpose: '', icon: 'add', take: setUp },
    ],
    // what the others use is not told of an agent that has its own
    chosen: model.own ? undefined : model.offline ? '' : model.name,
    enabled: owner === 'here',
    face: { words },
    // where there is no room for what was used, it is found here
    tip: [model.own ? own : `Model: ${spokenText(words)}`, ...(usage === undefined ? [] : [sessionTokensTitle(usage)])].join('\n'),
  };
}
