import type { LocalServer } from '../core/llm/modelServers.ts';
import { providers, type ProviderId } from '../core/llm/providers.ts';
import { askServer, isRecord } from './askServer.ts';
import { entriesOf } from './listModels.ts';

/** Milliseconds: a server on the same computer answers in a few. */
const PATIENCE = 700;

const usual = providers.flatMap(({ local, baseUrl }) => (local === true && baseUrl !== undefined ? [baseUrl] : []));

/** Asks the usual ports of this computer at once, and tells who answers by what they answer: a port says little. */
export async function findLocalServers(signal: AbortSignal, candidates: readonly string[] = usual): Promise<LocalServer[]> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
  const found = await Promise.all(candidates.map((baseUrl) => identify(baseUrl, limit)));
  signal.throwIfAborted();
  return found.filter((server) => server !== undefined);
}

async function identify(baseUrl: string, signal: AbortSignal): Promise<LocalServer | undefined> {
  const root = baseUrl.replace(/\/v1$/, '');
  const ask = (path: string): Promise<unknown> => askServer({ url: `${root}${path}` }, signal).catch(() => undefined);
  const [list, lmStudio, version, props] = await Promise.all([ask('/v1/models'), ask('/api/v0/models'), ask('/api/version'), ask('/props')]);
  const entries = entriesOf(list);
  if (entries === undefined) return undefined;
  const owners = new Set(entries.map((entry) => entry['owned_by']));
  const told: Partial<Record<ProviderId, boolean>> = {
    vllm: owners.has('vllm'),
    llamacpp: owners.has('llamacpp') || (isRecord(props) && isRecord(props['default_generation_settings'])),
    lmstudio: entriesOf(lmStudio)?.every((entry) => 'state' in entry) === true,
    ollama: isRecord(version) && typeof version['version'] === 'string',
  };
  const [provider] = providers.filter(({ id }) => told[id] === true && id !== 'ollama');
  const chat = (provider?.id === 'lmstudio' ? entriesOf(lmStudio) : undefined)?.filter((entry) => entry['type'] !== 'embeddings') ?? entries;
  // others answer for Ollama, too
  return { provider: provider?.id ?? (told.ollama === true ? 'ollama' : 'compatible'), baseUrl, models: chat.length };
}
