import { addressOf, originOf, type ModelSettings } from '../../core/llm/profiles.ts';
import { foreignText } from '../foreignText.ts';
import type { Messages } from '../Messages.ts';
import { keyProblem, type ApiKeyStore } from './ApiKeyStore.ts';
import type { Prompts } from './Prompts.ts';

const TITLE = 'Set API Key';
const SET_UP = 'Set Up a Model';

export interface SetApiKeyDependencies {
  settings: { read: () => ModelSettings };
  keys: ApiKeyStore;
  prompts: Prompts;
  messages: Messages;
  setUpModel: () => Promise<void>;
}

/** Asks for the key of an origin that profiles use, and keeps it. An empty one removes it. */
export async function setApiKey({ settings, keys, prompts, messages, setUpModel }: SetApiKeyDependencies): Promise<void> {
  const origins = originsOf(settings.read());
  if (origins.size === 0) {
    const pressed = await messages.showInformationMessage('No model that takes a key is set up. Setting one up asks for its key.', SET_UP);
    if (pressed === SET_UP) await setUpModel();
    return;
  }
  try {
    const origin = await choose(origins, prompts);
    if (origin === undefined) return;
    const typed = await prompts.input({
      title: `API Key for ${origin}`,
      back: false,
      prompt: `Kept in VS Code’s secret storage and sent to ${origin} only. Leave empty to remove it.`,
      value: '',
      password: true,
      check: keyProblem,
    });
    if (typed.kind !== 'done') return;
    const key = typed.value.trim();
    if (key === '') await keys.delete(origin);
    else await keys.set(origin, key);
    void messages.showInformationMessage(`The API key for ${origin} is ${key === '' ? 'removed' : 'stored'}.`);
  } finally {
    prompts.close();
  }
}

/** Where the profiles' requests go, the chosen one's first, each with the names of its profiles. */
function originsOf({ profiles, chosen }: ModelSettings): Map<string, string[]> {
  const origins = new Map<string, string[]>();
  for (const profile of [...profiles].sort((a, b) => Number(b.name === chosen) - Number(a.name === chosen))) {
    const origin = originOf(addressOf(profile) ?? '');
    if (origin !== undefined) origins.set(origin, [...(origins.get(origin) ?? []), profile.name]);
  }
  return origins;
}

async function choose(origins: ReadonlyMap<string, readonly string[]>, prompts: Prompts): Promise<string | undefined> {
  const [only, ...others] = origins.keys();
  if (others.length === 0) return only;
  const items = [...origins].map(([origin, names]) => ({ label: origin, description: foreignText(names.join(', ')), icon: 'key', value: origin }));
  const picked = await prompts.pick({ title: TITLE, back: false, placeholder: 'Whose key? Each is sent to its own address only', groups: [{ title: '', items }] });
  return picked.kind === 'done' ? picked.value : undefined;
}
