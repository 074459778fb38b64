import { originOf } from '../../../core/llm/profiles.ts';
import { keyProblem } from '../ApiKeyStore.ts';
import { isOpenToOthers } from '../checkAddress.ts';
import { moveOf, next, type Move, type Step, type StepContext } from '../SetUp.ts';

/** The key of the address. One that is stored is offered to be kept; a new one is stored when it has worked. */
export const enterKey: Step = async (context) => {
  const { dependencies, draft, words } = context;
  const stored = await dependencies.keys.get(originOf(draft.baseUrl) ?? '');
  // typed already, or refused: there is nothing to keep
  if (stored === undefined || draft.typedKey !== '' || words !== undefined) return enterNew(context, false);
  for (;;) {
    const kept = await offerStored(context, stored);
    if (kept !== 'another') return kept;
    const move = await enterNew(context, true);
    if (move.kind !== 'back') return move;
  }
};

async function offerStored({ dependencies: { prompts }, draft, frame }: StepContext, stored: string): Promise<Move | 'another'> {
  const { host } = new URL(draft.baseUrl);
  const items = [
    { label: `Keep the key that is stored for ${host}`, icon: 'key', value: true },
    { label: 'Enter another key…', description: 'the stored one stays until another has worked', icon: 'edit', value: false },
  ];
  const answer = await prompts.pick({ ...frame, placeholder: `A key for ${host} is stored`, groups: [{ title: '', items }] });
  if (answer.kind !== 'done') return moveOf(answer);
  if (!answer.value) return 'another';
  draft.apiKey = stored;
  return next;
}

async function enterNew({ dependencies: { prompts }, draft, frame, words }: StepContext, isBack: boolean): Promise<Move> {
  const { baseUrl, provider } = draft;
  const { origin, host, protocol } = new URL(baseUrl);
  // servers on plain http are a person's own, and mostly take no key
  const needed = protocol === 'https:' || draft.keyWanted;
  const prompt = [
    `Kept in VS Code’s secret storage and sent to ${origin} only.`,
    ...(provider?.keyUrl === undefined ? [] : [`Get one at ${provider.keyUrl}.`]),
    ...(needed ? [] : ['Leave empty if it takes none.']),
    ...(isOpenToOthers(baseUrl) ? ['This address is plain http: others on the network can read the key and what you send.'] : []),
  ].join(' ');
  const answer = await prompts.input({
    ...frame,
    back: frame.back || isBack,
    words,
    prompt,
    placeholder: `API key for ${host}`,
    value: draft.typedKey,
    password: true,
    check: (typed) => keyProblem(typed) ?? (needed && typed.trim() === '' ? `Enter the key for ${host}.` : undefined),
  });
  if (answer.kind !== 'done') return moveOf(answer);
  draft.typedKey = answer.value.trim();
  draft.apiKey = draft.typedKey === '' ? undefined : draft.typedKey;
  return next;
}
