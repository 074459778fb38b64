import type { ListedModel } from '../../../core/llm/modelServers.ts';
import { errorInfoOf } from '../../../protocol/errors.ts';
import { foreignText } from '../../foreignText.ts';
import { failureWords } from '../failureWords.ts';
import type { Answer, PickItem } from '../Prompts.ts';
import { hostOf, moveOf, next, type Draft, type Move, type Step, type StepContext } from '../SetUp.ts';

/** What is picked in the place of a model: one that is not listed, by its name. */
const ANOTHER = 'another';

/** Which model, from the server's list or by its name. */
export const chooseModel: Step = async (context) => {
  for (;;) {
    const listed = await list(context);
    if (listed.kind === 'move') return listed.move;
    if (listed.kind === 'by name' || listed.models.length === 0) return enterName(context, nothingListed(context.draft));
    const picked = await pick(context, listed.models);
    if (picked.kind !== 'done') return moveOf(picked);
    if (picked.value !== ANOTHER) {
      take(context.draft, picked.value.id, picked.value.contextWindow);
      return next;
    }
    const move = await enterName(context, undefined);
    if (move.kind !== 'back') return move;
  }
};

type Listed = { kind: 'models'; models: ListedModel[] } | { kind: 'by name' } | { kind: 'move'; move: Move };

/** The list, fetched once for an address and a key. */
async function list(context: StepContext): Promise<Listed> {
  const { dependencies, draft, frame } = context;
  const of = JSON.stringify([draft.provider?.id, draft.baseUrl, draft.apiKey]);
  if (draft.listed?.of !== of) {
    draft.listed = undefined;
    let answer: Answer<ListedModel[] | undefined>;
    try {
      answer = await dependencies.prompts.wait({ ...frame, text: `Asking ${hostOf(draft)} for its models…` }, (signal) => fetchList(context, signal));
    } catch (error) {
      return failed(context, error);
    }
    if (answer.kind !== 'done') return { kind: 'move', move: moveOf(answer) };
    draft.listed = { of, models: answer.value };
  }
  const { models } = draft.listed;
  return models === undefined ? { kind: 'by name' } : { kind: 'models', models };
}

function fetchList({ dependencies: { listModels, vscodeModels }, draft: { provider, baseUrl, apiKey } }: StepContext, signal: AbortSignal): Promise<ListedModel[] | undefined> {
  return provider === undefined || provider.id === 'vscode' ? vscodeModels() : listModels({ provider: provider.id, baseUrl, apiKey }, signal);
}

async function failed(context: StepContext, error: unknown): Promise<Listed> {
  const { dependencies, draft, frame } = context;
  const info = errorInfoOf(error);
  const words = failureWords(info, draft);
  dependencies.log.warn(`Set Up a Model: the list of models could not be fetched: ${info.code}, ${info.message}`);
  if (info.code === 'model_auth') {
    draft.keyWanted = true;
    return { kind: 'move', move: { kind: 'to', step: 'key', words } };
  }
  const asked = draft.address !== '';
  if (asked && (info.code === 'model_unreachable' || info.code === 'model_not_found')) return { kind: 'move', move: { kind: 'to', step: 'address', words } };
  const items: PickItem<'again' | 'name'>[] = [
    { label: 'Try again', icon: 'refresh', value: 'again' },
    { label: 'Enter the model’s name…', description: 'without the list', icon: 'edit', value: 'name' },
  ];
  const answer = await dependencies.prompts.pick({ ...frame, words, placeholder: 'The list of models could not be fetched', groups: [{ title: '', items }] });
  if (answer.kind !== 'done') return { kind: 'move', move: moveOf(answer) };
  return answer.value === 'again' ? list(context) : { kind: 'by name' };
}

function pick({ dependencies, draft, frame, words }: StepContext, models: readonly ListedModel[]): Promise<Answer<ListedModel | typeof ANOTHER>> {
  const items = models.map((model): PickItem<ListedModel | typeof ANOTHER> => ({ label: foreignText(model.id), description: foreignText(facts(model).join(' · ')), value: model }));
  const another = { label: 'Enter another name…', icon: 'edit', always: true, value: ANOTHER } as const;
  return dependencies.prompts.pick({
    ...frame,
    words,
    placeholder: models.length === 1 ? `1 model of ${hostOf(draft)}` : `${models.length} models of ${hostOf(draft)}: type to find one`,
    groups: [{ title: '', items }, { title: '', items: [another] }],
    active: models.find(({ id }) => id === draft.model),
  });
}

function facts({ contextWindow, note }: ListedModel): string[] {
  return [...(contextWindow === undefined ? [] : [`${contextWindow.toLocaleString('en')} tokens`]), ...(note === undefined ? [] : [note])];
}

/** Why there is no list to choose from; `undefined` where it is nothing to speak of, or said before. */
function nothingListed(draft: Draft): string | undefined {
  if (draft.listed === undefined) return undefined;
  if (draft.listed.models === undefined) {
    // a wrong path looks like a server without a list
    return draft.address === '' || draft.provider?.id === 'azure' ? undefined : `${hostOf(draft)} has no list of models at this address: go back to correct it, or enter the model’s name.`;
  }
  return draft.provider?.id === 'vscode' ? 'No extension brings a model now. Install one that does, or enter <vendor>/<id> of one that will.' : `${hostOf(draft)} has no model now. Load one there, or enter the name of one that it will have.`;
}

async function enterName({ dependencies, draft, frame, words }: StepContext, nothing: string | undefined): Promise<Move> {
  const answer = await dependencies.prompts.input({
    ...frame,
    words,
    prompt: nothing ?? (draft.provider?.id === 'azure' ? 'The name of your deployment' : `The model’s name, as ${hostOf(draft)} writes it`),
    value: draft.model,
    check: (typed) => (typed.trim() === '' ? 'Enter a name.' : typed.trim().length > 500 ? 'A name has at most 500 characters.' : undefined),
  });
  if (answer.kind !== 'done') return moveOf(answer);
  const name = answer.value.trim();
  take(draft, name, draft.listed?.models?.find(({ id }) => id === name)?.contextWindow);
  return next;
}

function take(draft: Draft, model: string, contextWindow: number | undefined): void {
  // a name that was proposed for another model is not this one's
  if (draft.model !== model) draft.name = '';
  draft.model = model;
  draft.contextWindow = contextWindow;
}
