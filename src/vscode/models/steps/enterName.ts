import { foreignText } from '../../foreignText.ts';
import { moveOf, next, type Move, type Step, type StepContext } from '../SetUp.ts';

/** The name that the person knows the model by. */
export const enterName: Step = async (context) => {
  const { dependencies, draft, frame, words } = context;
  for (;;) {
    const proposed = draft.name === '' ? draft.model.slice(0, 200) : draft.name;
    const answer = await dependencies.prompts.input({
      ...frame,
      words,
      prompt: 'A name of your own for it, as the chat shows it',
      value: proposed,
      check: (typed) => (typed.trim() === '' ? 'Enter a name.' : typed.trim().length > 200 ? 'A name has at most 200 characters.' : undefined),
    });
    if (answer.kind !== 'done') return moveOf(answer);
    draft.name = answer.value.trim();
    if (!isTaken(context)) return next;
    const move = await askToUpdate(context);
    if (move.kind !== 'back') return move;
  }
};

function isTaken({ dependencies: { settings }, draft }: StepContext): boolean {
  const { profiles, invalid } = settings.read();
  return profiles.some(({ name }) => name === draft.name) || invalid.has(draft.name);
}

async function askToUpdate({ dependencies, draft, frame }: StepContext): Promise<Move> {
  const name = foreignText(draft.name);
  const items = [
    { label: `Update “${name}”`, description: 'it becomes this model, for every agent that uses it', icon: 'save', value: true },
    { label: 'Choose another name', icon: 'arrow-left', value: false },
  ];
  const answer = await dependencies.prompts.pick({ ...frame, back: true, placeholder: `“${name}” is set up already`, groups: [{ title: '', items }] });
  if (answer.kind !== 'done') return moveOf(answer);
  return answer.value ? next : { kind: 'back' };
}
