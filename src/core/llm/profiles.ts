import * as z from 'zod';
import { RuntimeError } from '../../protocol/RuntimeError.ts';
import { lazySchema } from '../../protocol/lazySchema.ts';
import { providers, type Provider, type ProviderId } from './providers.ts';

export const MODELS_SETTING = 'agentRuntime.models';
export const MODEL_SETTING = 'agentRuntime.model';
export const AGENT_MODELS_SETTING = 'agentRuntime.agentModels';

/** A model that the person has set up, under the name that they gave it. */
export interface ModelProfile {
  readonly name: string;
  readonly provider: ProviderId;
  /** As the provider writes it; `<vendor>/<id>` for VS Code's own. */
  readonly model: string;
  /** Absent: the provider's own address. */
  readonly baseUrl?: string | undefined;
  readonly contextWindow?: number | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly temperature?: number | undefined;
}

/** The settings as a person wrote them, whatever they are. */
export interface RawModelSettings {
  readonly models: unknown;
  readonly model: unknown;
  readonly agentModels: unknown;
}

export interface ModelSettings {
  readonly profiles: readonly ModelProfile[];
  /** Name of the profile that all agents use; empty: the offline model. */
  readonly chosen: string;
  /** Agents' own profiles, by the agent's name. */
  readonly agents: ReadonlyMap<string, string>;
  /** What is left out, and why: a sentence each. */
  readonly problems: readonly string[];
  /** Why a profile is left out, by its name. */
  readonly invalid: ReadonlyMap<string, string>;
}

const words = (what: string): { error: string } => ({ error: what });

const profileSchema = lazySchema(() =>
  z.object({
    name: z.string(words('name must be a text')).trim().min(1, words('name must not be empty')).max(200, words('name must have at most 200 characters')),
    provider: z.enum(providers.map(({ id }) => id), words(`provider must be one of ${providers.map(({ id }) => id).join(', ')}`)),
    model: z.string(words('model must be a text')).trim().min(1, words('model must not be empty')).max(500, words('model must have at most 500 characters')),
    baseUrl: z.string(words('baseUrl must be a text')).trim().optional(),
    contextWindow: z.int(words('contextWindow must be a whole number')).positive(words('contextWindow must be more than 0')).optional(),
    maxOutputTokens: z.int(words('maxOutputTokens must be a whole number')).positive(words('maxOutputTokens must be more than 0')).optional(),
    temperature: z.number(words('temperature must be a number')).min(0, words('temperature must be from 0 to 2')).max(2, words('temperature must be from 0 to 2')).optional(),
  }),
);

/** What counts of the settings. An entry that is not valid is left out and told. */
export function readProfiles({ models, model, agentModels }: RawModelSettings): ModelSettings {
  const profiles: ModelProfile[] = [];
  const problems: string[] = [];
  const invalid = new Map<string, string>();
  for (const [index, entry] of list(models, problems).entries()) {
    const name = nameIn(entry);
    const read = readProfile(entry, profiles);
    if (typeof read !== 'string') {
      profiles.push(read);
      continue;
    }
    problems.push(`${MODELS_SETTING}: entry ${index + 1}${name === '' ? '' : ` (“${name}”)`} is left out: ${read}`);
    if (name !== '' && !invalid.has(name)) invalid.set(name, read);
  }
  return { profiles, chosen: choice(model, problems), agents: ownChoices(agentModels, problems), problems, invalid };
}

/** The profile that an agent uses; `undefined`: the offline model. Throws where the settings name one that cannot be used. */
export function profileOf(settings: ModelSettings, agent: string): ModelProfile | undefined {
  const own = settings.agents.get(agent);
  const name = own ?? settings.chosen;
  if (name === '') return undefined;
  const profile = settings.profiles.find((one) => one.name === name);
  if (profile !== undefined) return profile;
  const setting = own === undefined ? MODEL_SETTING : `${AGENT_MODELS_SETTING}.${agent}`;
  const reason = settings.invalid.get(name);
  const why = reason === undefined ? `no entry of ${MODELS_SETTING} has that name. Write the name of one there` : `its entry in ${MODELS_SETTING} is not valid: ${reason}. Correct it`;
  throw new RuntimeError({ code: 'model_not_configured', message: `${setting} is “${name}”, and ${why}, or run “Agent Runtime: Set Up a Model”` });
}

/** What is known of a profile's provider. */
export function providerOf(id: ProviderId): Provider {
  return providers.find((provider) => provider.id === id) ?? { id, title: id };
}

/** Where a profile's requests go; `undefined` for VS Code's own models, which have no address. */
export function addressOf({ provider, baseUrl }: Pick<ModelProfile, 'provider' | 'baseUrl'>): string | undefined {
  return provider === 'vscode' ? undefined : (baseUrl ?? providerOf(provider).baseUrl);
}

/** The origin that an address's requests go to, and that its key is bound to; `undefined` for an address that is none. */
export function originOf(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.password !== '') return undefined;
  return url.origin;
}

/** For people: what a profile's name stands for. */
export function profileDetail(profile: ModelProfile): string {
  const { model, provider } = profile;
  const address = addressOf(profile);
  // of a server that is nobody's in particular its host says more
  const host = provider === 'compatible' && address !== undefined && URL.canParse(address) ? new URL(address).host : undefined;
  return `${model} · ${host ?? providerOf(provider).title}`;
}

function list(models: unknown, problems: string[]): readonly unknown[] {
  if (models === undefined || Array.isArray(models)) return models ?? [];
  problems.push(`${MODELS_SETTING} must be a list; until it is one, no model is set up`);
  return [];
}

/** What is wrong with it, where it is none. */
function readProfile(entry: unknown, before: readonly ModelProfile[]): ModelProfile | string {
  const parsed = profileSchema().safeParse(entry);
  if (!parsed.success) return typeof entry === 'object' && entry !== null ? (parsed.error.issues[0]?.message ?? 'it is not valid') : 'it must be an object';
  const profile: ModelProfile = parsed.data;
  if (before.some(({ name }) => name === profile.name)) return 'an entry before it has the same name';
  if (profile.provider === 'vscode') return profile;
  const address = addressOf(profile);
  if (address === undefined) return `baseUrl is missing: ${providerOf(profile.provider).title} has no address of its own`;
  if (originOf(address) === undefined) return `baseUrl is “${withoutCredentials(address)}”; it must be an http or https address without a user name`;
  return profile;
}

function choice(model: unknown, problems: string[]): string {
  if (model === undefined || typeof model === 'string') return (model ?? '').trim();
  problems.push(`${MODEL_SETTING} must be a name of ${MODELS_SETTING}; until it is one, the offline model answers`);
  return '';
}

function ownChoices(agentModels: unknown, problems: string[]): ReadonlyMap<string, string> {
  const own = new Map<string, string>();
  if (agentModels === undefined) return own;
  if (typeof agentModels !== 'object' || agentModels === null || Array.isArray(agentModels)) {
    problems.push(`${AGENT_MODELS_SETTING} must be an object of agents and names of ${MODELS_SETTING}; until it is one, no agent has a model of its own`);
    return own;
  }
  for (const [agent, name] of Object.entries(agentModels)) {
    if (typeof name !== 'string') problems.push(`${AGENT_MODELS_SETTING}.${agent} is left out: it must be a name of ${MODELS_SETTING}`);
    else if (name.trim() !== '') own.set(agent, name.trim());
  }
  return own;
}

function nameIn(entry: unknown): string {
  const name = typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : undefined;
  return typeof name === 'string' ? name.trim().slice(0, 200) : '';
}

/** Also where it is no address: a password may have any character. */
function withoutCredentials(text: string): string {
  return text.replace(/^([a-z]+:\/\/)?.*@/is, '$1…@');
}
