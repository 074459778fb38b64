import { originOf, type ModelProfile } from '../../core/llm/profiles.ts';
import type { Draft, SetUpDependencies } from './SetUp.ts';

/**
 * Keeps what was tried: the key under its origin, the profile under its name, and who uses it. Where the settings cannot be written the key is
 * as it was. Rejects then.
 */
export async function saveProfile(draft: Draft, { settings, keys, memory }: Pick<SetUpDependencies, 'settings' | 'keys' | 'memory'>): Promise<void> {
  const { name, baseUrl, usedBy, apiKey } = draft;
  const { profiles, agents, chosen } = settings.read();
  const profile = profileFrom(draft, profiles.find((one) => one.name === name));
  const raw = [...settings.rawModels()];
  const index = raw.findIndex((entry) => nameIn(entry) === name);
  if (index < 0) raw.push(profile);
  else raw[index] = profile;

  const putBack = await keepKey(originOf(baseUrl), apiKey, keys);
  try {
    await settings.writeModels(raw);
    const own = usedBy === 'all' ? new Map<string, string>() : usedBy === 'without own' ? new Map(agents) : someUse(name, usedBy, agents);
    if (JSON.stringify([...own]) !== JSON.stringify([...agents])) await settings.writeAgents(own);
    if (typeof usedBy === 'string' && chosen !== name) await settings.writeChosen(name);
  } catch (error) {
    await putBack();
    throw error;
  }
  // whoever sets it up again may have changed what runs it: a larger window, or tools
  memory.forget(originOf(baseUrl) ?? profile.provider, profile.model);
}

function profileFrom({ provider, name, model, baseUrl, contextWindow }: Draft, before: ModelProfile | undefined): ModelProfile {
  if (provider === undefined) throw new Error('No provider was chosen');
  const { id, baseUrl: own = '' } = provider;
  return {
    name,
    provider: id,
    model,
    ...(baseUrl === own ? {} : { baseUrl }),
    // what the person wrote for this model stays
    ...(before?.provider === id && before.model === model ? limits(before) : {}),
    // VS Code tells its own models' windows each time
    ...(contextWindow === undefined || id === 'vscode' ? {} : { contextWindow }),
  };
}

/** Those that were named have it, and those that had it and were not have it no more. */
function someUse(name: string, usedBy: readonly string[], before: ReadonlyMap<string, string>): Map<string, string> {
  const own = new Map([...before].filter(([agent, profile]) => profile !== name || usedBy.includes(agent)));
  for (const agent of usedBy) own.set(agent, name);
  return own;
}

async function keepKey(origin: string | undefined, key: string | undefined, keys: SetUpDependencies['keys']): Promise<() => Promise<void>> {
  const before = origin === undefined ? undefined : await keys.get(origin);
  if (origin === undefined || before === key) return () => Promise.resolve();
  const put = (value: string | undefined): Promise<void> => (value === undefined ? keys.delete(origin) : keys.set(origin, value));
  await put(key);
  return () => put(before);
}

function limits({ contextWindow, maxOutputTokens, temperature }: ModelProfile): Pick<ModelProfile, 'contextWindow' | 'maxOutputTokens' | 'temperature'> {
  return {
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
  };
}

function nameIn(entry: unknown): string | undefined {
  const name = typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : undefined;
  return typeof name === 'string' ? name.trim() : undefined;
}
