import type { ModelSettings } from '../../core/llm/profiles.ts';

/** The person's own settings of models. */
export interface ModelSettingsStore {
  read(): ModelSettings;
  /** The entries of `agentRuntime.models` as they are written, so that none is lost when one is added. */
  rawModels(): readonly unknown[];
  writeModels(models: readonly unknown[]): Promise<void>;
  /** Empty: the offline model. */
  writeChosen(name: string): Promise<void>;
  writeAgents(agents: ReadonlyMap<string, string>): Promise<void>;
}
