import { foreignText } from '../../foreignText.ts';
import type { PickItem } from '../Prompts.ts';
import { moveOf, next, type Move, type Step, type StepContext } from '../SetUp.ts';

type Choice = 'all' | 'without own' | 'some';

/** Which agents use it. */
export const chooseAgents: Step = async (context) => {
  const { dependencies, draft, frame, words } = context;
  const { settings, agents, prompts } = dependencies;
  const { agents: own } = settings.read();
  const others = agents().filter(({ name }) => (own.get(name) ?? draft.name) !== draft.name);
  const named = others.map(({ name, title }) => `${title} (${foreignText(own.get(name) ?? '')})`).join(', ');
  const items: (PickItem<Choice> | undefined)[] = [
    { label: 'All agents', ...(others.length === 0 ? {} : { description: `also those that have a model of their own: ${named}` }), icon: 'agent', value: 'all' },
    others.length === 0 ? undefined : { label: 'All agents without a model of their own', icon: 'agent', value: 'without own' },
    { label: 'Some agents…', description: 'the others stay as they are', icon: 'checklist', value: 'some' },
  ];
  for (;;) {
    const answer = await prompts.pick({ ...frame, words, placeholder: `Who uses “${foreignText(draft.name)}”?`, groups: [{ title: '', items: items.filter((item) => item !== undefined) }] });
    if (answer.kind !== 'done') return moveOf(answer);
    if (answer.value !== 'some') {
      draft.usedBy = answer.value;
      return next;
    }
    const move = await chooseSome(context, own);
    if (move.kind !== 'back') return move;
  }
};

async function chooseSome({ dependencies, draft, frame }: StepContext, own: ReadonlyMap<string, string>): Promise<Move> {
  const items = dependencies.agents().map(({ name, title, purpose }) => {
    const other = own.get(name);
    const description = other === undefined || other === draft.name ? purpose : `${purpose} · now ${foreignText(other)}`;
    return { label: title, description, value: name, picked: other === draft.name };
  });
  const answer = await dependencies.prompts.pickMany({ ...frame, back: true, placeholder: `Agents that use “${foreignText(draft.name)}”`, items });
  if (answer.kind !== 'done') return moveOf(answer);
  draft.usedBy = answer.value;
  return next;
}
