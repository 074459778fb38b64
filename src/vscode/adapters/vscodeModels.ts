import * as vscode from 'vscode';
import { RuntimeError } from '../../protocol/RuntimeError.ts';
import type { Model } from '../../core/ports/LlmStream.ts';
import { VscodeLanguageModel } from './VscodeLanguageModel.ts';

const PROVIDER = 'vscode';
const NAMED_MODELS = 10;

/** One of the models that VS Code has from other extensions. */
export interface VscodeModel {
  /** `<vendor>/<id>`: as a profile writes it. */
  id: string;
  /** As its provider shows it. */
  title: string;
  /** Tokens that a request may have. Absent where its provider does not say. */
  contextWindow?: number;
}

/** All that VS Code has now. Starts the extensions that provide models, and asks the person nothing. */
export async function vscodeModels(): Promise<VscodeModel[]> {
  return (await vscode.lm.selectChatModels()).map((model) => ({ id: idOf(model), title: model.name === '' ? model.id : model.name, ...windowOf(model) }));
}

/**
 * The model with this `<vendor>/<id>`. Throws a {@link RuntimeError}, `model_not_found` where VS Code has it not. VS Code asks the
 * person for consent when the first request is sent, and not here.
 */
export async function vscodeModel(model: string): Promise<Model> {
  const slash = model.indexOf('/');
  const [vendor, id] = [model.slice(0, Math.max(slash, 0)), model.slice(slash + 1)];
  const [found] = vendor === '' || id === '' ? [] : await vscode.lm.selectChatModels({ vendor, id });
  if (found === undefined) throw new RuntimeError({ code: 'model_not_found', message: await whichThereAre(model), origin: PROVIDER });
  return { name: model, provider: PROVIDER, llm: new VscodeLanguageModel(found), ...windowOf(found) };
}

async function whichThereAre(missing: string): Promise<string> {
  const ids = (await vscodeModels()).map(({ id }) => id);
  const all = ids.length === 0 ? 'It has none: an extension has to provide them, and some do so only after you signed in' : `It has ${ids.slice(0, NAMED_MODELS).join(', ')}${ids.length > NAMED_MODELS ? ` and ${ids.length - NAMED_MODELS} more` : ''}`;
  return `VS Code has no model “${missing}”. ${all}`;
}

function idOf({ vendor, id }: vscode.LanguageModelChat): string {
  return `${vendor}/${id}`;
}

/** The answer has a limit of its own beside this one, which VS Code does not tell. */
function windowOf({ maxInputTokens }: vscode.LanguageModelChat): Pick<VscodeModel, 'contextWindow'> {
  return maxInputTokens > 0 ? { contextWindow: maxInputTokens } : {};
}
