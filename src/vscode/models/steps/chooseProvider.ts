import type { LocalServer } from '../../../core/llm/modelServers.ts';
import { providerOf } from '../../../core/llm/profiles.ts';
import { providers } from '../../../core/llm/providers.ts';
import { messageOf } from '../../../core/tools/Tool.ts';
import type { PickGroup, PickItem } from '../Prompts.ts';
import { moveOf, next, type Draft, type SetUpDependencies, type Step } from '../SetUp.ts';

const OFFLINE = 'offline';

/** What is known while the list is shown; `undefined`: not yet. */
interface Known {
  servers: LocalServer[] | undefined;
  vscodeModels: number | undefined;
}

/** Who runs the model. Servers of this computer are found while the list is shown. */
export const chooseProvider: Step = async ({ dependencies, draft, frame, words }) => {
  const known: Known = { servers: undefined, vscodeModels: undefined };
  const left = new AbortController();
  const answer = await dependencies.prompts.pick({
    ...frame,
    words,
    placeholder: 'Who runs the model?',
    groups: groupsOf(known),
    active: draft.choice,
    later: async (update) => {
      const add = (more: Partial<Known>): void => update(groupsOf(Object.assign(known, more)));
      await Promise.all([find(dependencies, left.signal).then((servers) => add({ servers })), count(dependencies).then((vscodeModels) => add({ vscodeModels }))]);
    },
  });
  left.abort();
  if (answer.kind !== 'done') return moveOf(answer);
  if (answer.value === OFFLINE) return goOffline(dependencies);
  take(draft, answer.value, known.servers ?? []);
  return next;
};

function take(draft: Draft, value: string, servers: readonly LocalServer[]): void {
  const server = servers.find(({ baseUrl }) => localValue(baseUrl) === value);
  const provider = server === undefined ? providers.find(({ id }) => id === value) : providerOf(server.provider);
  // the same again: what was typed for it is kept
  if (value === draft.choice) return;
  const baseUrl = server?.baseUrl ?? provider?.baseUrl ?? '';
  Object.assign(draft, { address: '', typedKey: '', apiKey: undefined, keyWanted: false, model: '', contextWindow: undefined, name: '' });
  Object.assign(draft, { choice: value, provider, baseUrl, found: server !== undefined });
}

function groupsOf({ servers, vscodeModels }: Known): PickGroup<string>[] {
  const remote = providers.filter(({ local, id }) => local !== true && id !== 'compatible' && id !== 'vscode');
  return [
    { title: 'Running on this computer', items: (servers ?? []).map(serverItem) },
    { title: 'Services', items: remote.map(({ id, title, baseUrl }) => ({ label: title, description: baseUrl === undefined ? 'your own resource' : new URL(baseUrl).host, icon: 'cloud', value: id })) },
    { title: 'Other servers', items: [{ label: providerOf('compatible').title, description: 'or Ollama, LM Studio, llama.cpp, vLLM elsewhere', icon: 'server', value: 'compatible' }] },
    {
      title: 'In VS Code',
      items: [
        { label: providerOf('vscode').title, description: vscodeWords(vscodeModels), icon: 'sparkle', value: 'vscode' },
        { label: 'Offline', description: 'a script, not an AI; it needs no key and no network', icon: 'debug-disconnect', value: OFFLINE },
      ],
    },
  ];
}

function serverItem({ provider, baseUrl, models }: LocalServer): PickItem<string> {
  const title = provider === 'compatible' ? 'A server' : providerOf(provider).title;
  return { label: title, description: `${new URL(baseUrl).host} · ${plural(models)}`, icon: 'vm-running', value: localValue(baseUrl) };
}

function vscodeWords(models: number | undefined): string {
  if (models === undefined) return 'those that other extensions bring';
  return models === 0 ? 'no extension brings any now' : plural(models);
}

function plural(models: number): string {
  return models === 1 ? '1 model' : `${models} models`;
}

function localValue(baseUrl: string): string {
  return `local ${baseUrl}`;
}

function find({ findLocalServers, log }: SetUpDependencies, signal: AbortSignal): Promise<LocalServer[]> {
  return findLocalServers(signal).catch((error: unknown) => {
    if (!signal.aborted) log.warn(`The ports of this computer could not be asked: ${messageOf(error)}`);
    return [];
  });
}

function count({ vscodeModels, log }: SetUpDependencies): Promise<number> {
  return vscodeModels().then(
    ({ length }) => length,
    (error: unknown) => {
      log.warn(`VS Code could not be asked for its models: ${messageOf(error)}`);
      return 0;
    },
  );
}

async function goOffline({ settings, messages, agents }: SetUpDependencies): Promise<{ kind: 'leave' }> {
  await settings.writeChosen('');
  const own = agents().filter(({ name }) => settings.read().agents.has(name));
  const but = own.length === 0 ? '' : ` Agents with a model of their own keep it: ${own.map(({ title }) => title).join(', ')}.`;
  void messages.showInformationMessage(`The offline model answers now.${but}`);
  return { kind: 'leave' };
}
