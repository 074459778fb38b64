import { PassingMemory } from '../../core/llm/PassingMemory.ts';
import type { LlmStream, Model } from '../../core/ports/LlmStream.ts';
import type { RemoteModelOptions } from '../config/ConfiguredModels.ts';
import type { ModelSettingsStore } from '../config/ModelSettingsStore.ts';
import type { ApiKeyStore } from './ApiKeyStore.ts';
import { QuickInputs } from './QuickInputs.ts';
import { setApiKey } from './setApiKey.ts';
import { SetUpModel } from './SetUpModel.ts';
import type { SetUpDependencies } from './SetUp.ts';

interface ModelCommandsDependencies extends Omit<SetUpDependencies, 'prompts' | 'vscodeModels' | 'connect'> {
  settings: ModelSettingsStore;
  keys: ApiKeyStore;
  connect: (options: RemoteModelOptions) => Promise<LlmStream>;
  vscodeModel: (model: string) => Promise<Model>;
  vscodeModels: () => Promise<{ id: string; title: string; contextWindow?: number }[]>;
}

/** The commands for models, by VS Code's own lists and boxes. */
export function createModelCommands(dependencies: ModelCommandsDependencies): { setUpModel: () => Promise<void>; setApiKey: () => Promise<void> } {
  const { settings, keys, messages, connect, vscodeModel, vscodeModels } = dependencies;
  const setUpModel = (): Promise<void> =>
    new SetUpModel({
      ...dependencies,
      prompts: new QuickInputs(),
      vscodeModels: async () => (await vscodeModels()).map(({ title, ...model }) => ({ ...model, note: title })),
      // what is learned while it is tried is nobody's: whether it takes tools is to be seen each time
      connect: async (tried) => (tried.provider === 'vscode' ? (await vscodeModel(tried.model)).llm : connect({ ...tried, memory: new PassingMemory() })),
    }).run();
  return { setUpModel, setApiKey: () => setApiKey({ settings, keys, prompts: new QuickInputs(), messages, setUpModel }) };
}
