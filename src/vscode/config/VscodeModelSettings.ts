import * as vscode from 'vscode';
import type { Disposable } from '../../core/bus/Disposable.ts';
import { AGENT_MODELS_SETTING, MODEL_SETTING, MODELS_SETTING, readProfiles, type ModelSettings } from '../../core/llm/profiles.ts';
import type { Log } from '../../core/ports/Log.ts';
import type { ModelSettingsStore } from './ModelSettingsStore.ts';

/**
 * The models that the person has set up. Read and written at the person's level alone, whatever a workspace's files say: a
 * cloned repository must not redirect a key or a conversation.
 */
export class VscodeModelSettings implements ModelSettingsStore {
  readonly #log: Log;
  /** Chosen, and on its way into the settings: what is sent meanwhile goes to it, and not to the one before. */
  #choosing: { name: string } | undefined;
  /** What was logged last: the settings are read often. */
  #told = '';

  constructor(dependencies: { log: Log }) {
    this.#log = dependencies.log;
  }

  read(): ModelSettings {
    const settings = readProfiles({ models: personal(MODELS_SETTING), model: this.#choosing?.name ?? personal(MODEL_SETTING), agentModels: personal(AGENT_MODELS_SETTING) });
    const problems = settings.problems.join('; ');
    if (problems !== this.#told && problems !== '') this.#log.warn(problems);
    this.#told = problems;
    return settings;
  }

  rawModels(): readonly unknown[] {
    const models = personal(MODELS_SETTING);
    return Array.isArray(models) ? models : [];
  }

  onChange(run: () => void): Disposable {
    return vscode.workspace.onDidChangeConfiguration((event) => {
      if ([MODELS_SETTING, MODEL_SETTING, AGENT_MODELS_SETTING].some((setting) => event.affectsConfiguration(setting))) run();
    });
  }

  writeModels(models: readonly unknown[]): Promise<void> {
    return write(MODELS_SETTING, models);
  }

  async writeChosen(name: string): Promise<void> {
    const choosing = { name };
    this.#choosing = choosing;
    try {
      await write(MODEL_SETTING, name === '' ? undefined : name);
    } finally {
      if (this.#choosing === choosing) this.#choosing = undefined;
    }
  }

  writeAgents(agents: ReadonlyMap<string, string>): Promise<void> {
    return write(AGENT_MODELS_SETTING, agents.size === 0 ? undefined : Object.fromEntries(agents));
  }
}

function personal(setting: string): unknown {
  return vscode.workspace.getConfiguration().inspect(setting)?.globalValue;
}

async function write(setting: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration().update(setting, value, vscode.ConfigurationTarget.Global);
}
