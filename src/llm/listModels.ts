import type { ListedModel, ModelServerAddress } from '../core/llm/modelServers.ts';
import { providerOf } from '../core/llm/profiles.ts';
import type { ProviderId } from '../core/llm/providers.ts';
import { errorInfoOf } from '../protocol/errors.ts';
import { askServer, isRecord, type Question } from './askServer.ts';

type Entry = Record<string, unknown>;
type Ask = (question: Omit<Question, 'secret'>) => Promise<unknown>;
type Lister = (server: ModelServerAddress, ask: Ask) => Promise<ListedModel[] | undefined>;

/** Of Ollama's models, whose windows are asked for one by one. */
const DESCRIBED = 60;
const AT_ONCE = 4;

/**
 * The chat models of a server, sorted; `undefined` where it has no list. Rejects with a {@link RuntimeError} of a `model_…` code. A server's answer
 * proves its key, but for servers that take none.
 */
export async function listModels(server: ModelServerAddress, signal: AbortSignal): Promise<ListedModel[] | undefined> {
  const ask: Ask = (question) => askServer({ ...question, secret: server.apiKey }, signal);
  const models = await (listers[server.provider] ?? openAiList)(server, ask);
  const unique = new Map(models?.map((model) => [model.id, model]));
  return models && [...unique.values()].sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
}

/** What each says beyond OpenAI's list, by its own reference. */
const listers: Partial<Record<ProviderId, Lister>> = {
  // the list has base models, and requests name deployments
  azure: () => Promise.resolve(undefined),
  anthropic: async ({ baseUrl, apiKey = '' }, ask) => {
    const headers = { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' };
    return entriesOf(await ask({ url: `${baseUrl}/models?limit=1000`, headers }))?.flatMap((entry) => model(entry, { note: text(entry['display_name']) }));
  },
  google: async (server, ask) => (await or404(googleList(server, ask))) ?? openAiList(server, ask),
  openrouter: async (server, ask) => {
    // the list is public: it proves no key
    await or404(ask({ url: `${server.baseUrl}/key`, headers: bearer(server) }));
    return (await openAiEntries(server, ask))?.flatMap(openRouterModel);
  },
  mistral: async (server, ask) => (await openAiEntries(server, ask))?.flatMap(mistralModel),
  lmstudio: async (server, ask) => {
    const entries = await or404(ask({ url: `${rootOf(server)}/api/v0/models`, headers: bearer(server) }).then(entriesOf));
    return entries?.flatMap(lmStudioModel) ?? openAiList(server, ask);
  },
  llamacpp: llamaCppList,
  ollama: ollamaList,
};

async function openAiList(server: ModelServerAddress, ask: Ask): Promise<ListedModel[] | undefined> {
  const entries = await openAiEntries(server, ask);
  return entries?.filter(({ active }) => active !== false).flatMap((entry) => model(entry)).filter(({ id }) => !OTHER.has(server.provider) || !NO_CHAT.test(id));
}

/** Providers whose list has models for other purposes and does not say so. */
const OTHER: ReadonlySet<ProviderId> = new Set(['openai', 'google', 'groq', 'xai']);
const NO_CHAT = /embedding|whisper|\btts\b|dall-e|moderation|image|audio|realtime|transcribe|\bsora\b|babbage|davinci|imagen|\bveo\b|\baqa\b/;

async function openAiEntries(server: ModelServerAddress, ask: Ask): Promise<Entry[] | undefined> {
  const answer = ask({ url: `${server.baseUrl}/models`, headers: bearer(server) });
  // servers that are not known may have no list
  return entriesOf(await (providerOf(server.provider).baseUrl === undefined ? or404(answer) : answer));
}

async function googleList({ baseUrl, apiKey = '' }: ModelServerAddress, ask: Ask): Promise<ListedModel[] | undefined> {
  if (!baseUrl.endsWith('/openai')) return undefined;
  const answer = await ask({ url: `${baseUrl.slice(0, -'/openai'.length)}/models?pageSize=1000`, headers: { 'x-goog-api-key': apiKey } });
  return entriesOf(answer, 'models')?.flatMap((entry) => {
    const methods = entry['supportedGenerationMethods'];
    if (Array.isArray(methods) && !methods.includes('generateContent')) return [];
    return model({ id: entry['name'] }, { contextWindow: whole(entry['inputTokenLimit']), note: text(entry['displayName']) }).filter(({ id }) => !NO_CHAT.test(id));
  });
}

function openRouterModel(entry: Entry): ListedModel[] {
  const { architecture, supported_parameters: parameters, top_provider: top } = entry;
  const outputs = isRecord(architecture) ? architecture['output_modalities'] : undefined;
  if (Array.isArray(outputs) && !outputs.includes('text')) return [];
  const note = Array.isArray(parameters) && !parameters.includes('tools') ? NO_TOOLS : undefined;
  return model(entry, { note, contextWindow: isRecord(top) ? whole(top['context_length']) : undefined });
}

const NO_TOOLS = 'takes no tools';

function mistralModel(entry: Entry): ListedModel[] {
  const capabilities = isRecord(entry['capabilities']) ? entry['capabilities'] : {};
  if (capabilities['completion_chat'] === false) return [];
  return model(entry, { note: capabilities['function_calling'] === false ? NO_TOOLS : undefined });
}

function lmStudioModel(entry: Entry): ListedModel[] {
  if (entry['type'] === 'embeddings') return [];
  const loaded = entry['state'] === 'loaded' || whole(entry['loaded_context_length']) !== undefined;
  return model(entry, { contextWindow: whole(entry['loaded_context_length']) ?? whole(entry['max_context_length']), note: loaded ? 'loaded' : undefined });
}

async function llamaCppList(server: ModelServerAddress, ask: Ask): Promise<ListedModel[] | undefined> {
  const models = await openAiList(server, ask);
  const [only, ...others] = models ?? [];
  if (only === undefined || others.length > 0 || only.contextWindow !== undefined) return models;
  const props = await ask({ url: `${rootOf(server)}/props`, headers: bearer(server) }).catch(() => undefined);
  const settings = isRecord(props) && isRecord(props['default_generation_settings']) ? props['default_generation_settings'] : {};
  return model(only, { contextWindow: whole(settings['n_ctx']) });
}

async function ollamaList(server: ModelServerAddress, ask: Ask): Promise<ListedModel[] | undefined> {
  const root = rootOf(server);
  const headers = bearer(server);
  const tags = await or404(ask({ url: `${root}/api/tags`, headers }));
  const entries = entriesOf(tags, 'models');
  if (entries === undefined) return openAiList(server, ask);
  const running = entriesOf(await ask({ url: `${root}/api/ps`, headers }).catch(() => undefined), 'models') ?? [];
  const windows = new Map(running.map((entry) => [text(entry['name']), whole(entry['context_length'])]));
  const described: ListedModel[] = [];
  const rest = entries.map((entry) => text(entry['name'])).filter((name) => name !== undefined);
  const next = async (): Promise<void> => {
    for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
      const shown = described.length < DESCRIBED ? await ask({ url: `${root}/api/show`, headers, body: { model: name } }).catch(() => undefined) : undefined;
      described.push(...ollamaModel(name, isRecord(shown) ? shown : {}, windows.get(name)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return described;
}

/** Ollama runs a model with a window of its own choice, and cuts what is longer without a word: what the model could take is no promise. */
function ollamaModel(id: string, { capabilities, model_info: info, parameters }: Entry, running: number | undefined): ListedModel[] {
  if (Array.isArray(capabilities) && !capabilities.includes('completion')) return [];
  const set = whole(Number(/^num_ctx\s+(\d+)$/m.exec(text(parameters) ?? '')?.[1]));
  const [, most] = Object.entries(isRecord(info) ? info : {}).find(([key]) => key.endsWith('.context_length')) ?? [];
  const contextWindow = running ?? set;
  const notes = [
    ...(Array.isArray(capabilities) && !capabilities.includes('tools') ? [NO_TOOLS] : []),
    ...(contextWindow === undefined && whole(most) !== undefined ? [`up to ${(whole(most) ?? 0).toLocaleString('en')} tokens, if Ollama runs it so`] : []),
  ];
  return model({ id }, { contextWindow, note: notes.length === 0 ? undefined : notes.join(', ') });
}

interface Said {
  contextWindow?: number | undefined;
  note?: string | undefined;
}

/** A model of an entry, with whatever name its window has there. */
function model(entry: Entry | ListedModel, said: Said = {}): ListedModel[] {
  const fields: Entry = { ...entry };
  const id = (text(fields['id']) ?? '').replace(/^models\//, '');
  if (id === '' || id.length > 500) return [];
  const meta = isRecord(fields['meta']) ? fields['meta'] : {};
  const windows = ['contextWindow', 'context_window', 'max_model_len', 'context_length', 'max_context_length', 'max_input_tokens'].map((key) => fields[key]);
  const contextWindow = said.contextWindow ?? [...windows, meta['n_ctx']].map(whole).find((window) => window !== undefined);
  const note = said.note ?? text(fields['note']);
  return [{ id, ...(contextWindow === undefined ? {} : { contextWindow }), ...(note === undefined || note === id ? {} : { note: note.slice(0, 100) }) }];
}

/** `undefined` for an answer that is no list. */
export function entriesOf(answer: unknown, key = 'data'): Entry[] | undefined {
  const list: unknown = isRecord(answer) ? answer[key] : answer;
  // Ollama without any model
  if (list === null && isRecord(answer)) return [];
  return Array.isArray(list) ? list.filter(isRecord) : undefined;
}

/** `undefined` where the server does not know the address. */
async function or404<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const { code, status = 0 } = errorInfoOf(error);
    if (code === 'model_not_found' && status >= 400) return undefined;
    throw error;
  }
}

function bearer({ apiKey }: ModelServerAddress): Record<string, string> {
  return apiKey === undefined || apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` };
}

/** Where a local server's own API is. */
function rootOf({ baseUrl }: Pick<ModelServerAddress, 'baseUrl'>): string {
  return baseUrl.replace(/\/v1$/, '');
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
}
