import { tryModel } from '../../../core/llm/tryModel.ts';
import { errorInfoOf } from '../../../protocol/errors.ts';
import { foreignText } from '../../foreignText.ts';
import { failureWords } from '../failureWords.ts';
import type { Answer, PickItem } from '../Prompts.ts';
import { moveOf, next, type Move, type Step, type StepContext } from '../SetUp.ts';

type Choice = 'again' | 'model' | 'key' | 'address' | 'save';

/** A tiny request, as agents send them: what does not work is said before anything is kept. */
export const testCall: Step = async (context) => {
  const { dependencies, draft, frame } = context;
  let answer: Answer<{ tools: boolean }>;
  try {
    const text = `Trying ${foreignText(draft.model)}…${draft.found ? ' It may have to be loaded first.' : ''}`;
    answer = await dependencies.prompts.wait({ ...frame, text }, (signal) => run(context, signal));
  } catch (error) {
    return failed(context, error);
  }
  if (answer.kind !== 'done') return answer.kind === 'back' ? { kind: 'back' } : { kind: 'leave' };
  return answer.value.tools ? next : withoutTools(context);
};

async function run({ dependencies: { connect, listModels }, draft }: StepContext, signal: AbortSignal): Promise<{ tools: boolean }> {
  const { provider, baseUrl, apiKey, model } = draft;
  if (provider === undefined) throw new Error('No provider was chosen');
  const result = await tryModel(await connect({ provider: provider.id, model, baseUrl, apiKey }), signal);
  if (draft.found) {
    // once it is loaded a local server tells the window that it runs it with
    const models = await listModels({ provider: provider.id, baseUrl, apiKey }, signal).catch(() => undefined);
    draft.contextWindow = models?.find(({ id }) => id === model)?.contextWindow ?? draft.contextWindow;
  }
  return result;
}

function withoutTools(context: StepContext): Promise<Move> {
  const model = foreignText(context.draft.model);
  const words = `${model} takes no tools: agents could answer with it, but not read or change files.`;
  return ask(context, words, [
    { label: 'Use another model', icon: 'arrow-left', value: 'model' },
    { label: 'Save anyway', description: 'for answers alone', icon: 'save', value: 'save' },
  ]);
}

function failed(context: StepContext, error: unknown): Promise<Move> | Move {
  const { dependencies, draft } = context;
  const info = errorInfoOf(error);
  const words = failureWords(info, draft);
  dependencies.log.warn(`Set Up a Model: the test call failed: ${info.code}, ${info.message}`);
  if (info.code === 'model_auth' && draft.baseUrl !== '') {
    draft.keyWanted = true;
    return { kind: 'to', step: 'key', words };
  }
  const again = { label: 'Try again', icon: 'refresh', value: 'again' } as const;
  const choices: (PickItem<Choice> | undefined)[] = [
    // what is not there is not there a second time
    info.code === 'model_not_found' ? undefined : again,
    { label: 'Use another model', icon: 'arrow-left', value: 'model' },
    draft.typedKey === '' ? undefined : { label: 'Change the key', icon: 'key', value: 'key' },
    draft.address === '' ? undefined : { label: 'Change the address', icon: 'server', value: 'address' },
    info.code === 'model_not_found' ? again : undefined,
    { label: 'Save anyway', description: 'it may work later', icon: 'save', value: 'save' },
  ];
  return ask(context, words, choices.filter((choice) => choice !== undefined));
}

async function ask({ dependencies, frame }: StepContext, words: string, items: readonly PickItem<Choice>[]): Promise<Move> {
  const answer = await dependencies.prompts.pick({ ...frame, words, placeholder: 'What now?', groups: [{ title: '', items }] });
  if (answer.kind !== 'done') return moveOf(answer);
  if (answer.value === 'save') return next;
  return { kind: 'to', step: answer.value === 'again' ? 'test' : answer.value, words: answer.value === 'again' ? '' : words };
}
