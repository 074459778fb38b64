import type { ListedModel, LocalServer, ModelServerAddress } from '../../core/llm/modelServers.ts';
import { providers, type Provider, type ProviderId } from '../../core/llm/providers.ts';
import type { LlmStream } from '../../core/ports/LlmStream.ts';
import type { ModelMemory } from '../../core/ports/ModelMemory.ts';
import type { Log } from '../../core/ports/Log.ts';
import type { ModelSettingsStore } from '../config/ModelSettingsStore.ts';
import type { Messages } from '../Messages.ts';
import type { ApiKeyStore } from './ApiKeyStore.ts';
import type { Frame, Prompts } from './Prompts.ts';

/** A model that is tried: nothing of it is kept anywhere. */
export interface TriedModel {
  provider: ProviderId;
  model: string;
  /** Empty for VS Code's own models. */
  baseUrl: string;
  apiKey: string | undefined;
}

export interface SetUpDependencies {
  prompts: Prompts;
  settings: Pick<ModelSettingsStore, 'read' | 'rawModels' | 'writeModels' | 'writeChosen' | 'writeAgents'>;
  keys: ApiKeyStore;
  /** `undefined` where a server has no list. Rejects with a {@link RuntimeError}. */
  listModels: (server: ModelServerAddress, signal: AbortSignal) => Promise<ListedModel[] | undefined>;
  /** `candidates`: base URLs; the usual ones where absent. */
  findLocalServers: (signal: AbortSignal, candidates?: readonly string[]) => Promise<LocalServer[]>;
  /** Those of VS Code itself, by `<vendor>/<id>`. */
  vscodeModels: () => Promise<ListedModel[]>;
  connect: (model: TriedModel) => Promise<LlmStream>;
  memory: Pick<ModelMemory, 'forget'>;
  /** Every agent, as people know it. */
  agents: () => readonly { name: string; title: string; purpose: string }[];
  messages: Messages;
  log: Log;
}

/** What the person answered until now. It is kept in memory alone until all of it was tried. */
export interface Draft {
  /** What was picked in the first list: a provider's id, or a server that was found. */
  choice: string;
  /** Who runs the model; where an address was typed, who answers there. */
  provider: Provider | undefined;
  /** The address as it was typed. */
  address: string;
  /** Where the provider is; empty until it is known, and for VS Code's own models. */
  baseUrl: string;
  /** The server was found on this computer. */
  found: boolean;
  typedKey: string;
  /** The key that is tried. */
  apiKey: string | undefined;
  /** The server asked for a key, although its kind mostly does not. */
  keyWanted: boolean;
  /** The list, and whose it is. */
  listed: { of: string; models: ListedModel[] | undefined } | undefined;
  model: string;
  contextWindow: number | undefined;
  name: string;
  usedBy: 'all' | 'without own' | readonly string[];
}

export type StepName = 'provider' | 'address' | 'key' | 'model' | 'test' | 'name' | 'agents';

export type Move = { kind: 'next' } | { kind: 'back' } | { kind: 'leave' } | { kind: 'to'; step: StepName; words: string };

/** One step, as the flow runs it. */
export interface StepContext {
  readonly dependencies: SetUpDependencies;
  readonly draft: Draft;
  readonly frame: Frame;
  /** Why the person is back at this step. */
  readonly words: string | undefined;
}

export type Step = (context: StepContext) => Promise<Move>;

export const next: Move = { kind: 'next' };

/** The move of an answer that leads on to nothing. */
export function moveOf({ kind }: { kind: 'back' | 'cancelled' }): Move {
  return { kind: kind === 'back' ? 'back' : 'leave' };
}

/** Whether the choice is a provider whose address the person has to say. */
export function asksAddress(choice: string): boolean {
  const provider = providers.find(({ id }) => id === choice);
  return provider !== undefined && provider.id !== 'vscode' && provider.baseUrl === undefined;
}

/** How people know the server. */
export function hostOf({ baseUrl, provider }: Draft): string {
  if (provider?.id === 'vscode') return 'VS Code';
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : 'The model';
}
