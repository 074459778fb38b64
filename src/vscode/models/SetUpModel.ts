import { originOf } from '../../core/llm/profiles.ts';
import { messageOf } from '../../core/tools/Tool.ts';
import { foreignText } from '../foreignText.ts';
import { saveProfile } from './saveProfile.ts';
import { asksAddress, type Draft, type Move, type SetUpDependencies, type Step, type StepName } from './SetUp.ts';
import { chooseAgents } from './steps/chooseAgents.ts';
import { chooseModel } from './steps/chooseModel.ts';
import { chooseProvider } from './steps/chooseProvider.ts';
import { enterAddress } from './steps/enterAddress.ts';
import { enterKey } from './steps/enterKey.ts';
import { enterName } from './steps/enterName.ts';
import { testCall } from './steps/testCall.ts';

const steps: Readonly<Record<StepName, Step>> = {
  provider: chooseProvider,
  address: enterAddress,
  key: enterKey,
  model: chooseModel,
  test: testCall,
  name: enterName,
  agents: chooseAgents,
};

const order: readonly StepName[] = ['provider', 'address', 'key', 'model', 'test', 'name', 'agents'];

const TITLE = 'Set Up a Model';

/** Asks for a model step by step, tries it, and keeps it when all of it is answered: whoever leaves before has changed nothing. */
export class SetUpModel {
  readonly #dependencies: SetUpDependencies;

  constructor(dependencies: SetUpDependencies) {
    this.#dependencies = dependencies;
  }

  /** Rejects in words for the person where something could not be written. */
  async run(): Promise<void> {
    const { prompts } = this.#dependencies;
    const draft = emptyDraft();
    try {
      if (!(await this.#ask(draft))) return;
      prompts.close();
      await saveProfile(draft, this.#dependencies);
    } catch (error) {
      throw new Error(`The model could not be set up: ${messageOf(error)}. What was set up before is as it was`, { cause: error });
    } finally {
      prompts.close();
    }
    this.#tell(draft);
  }

  /** False where the person left. */
  async #ask(draft: Draft): Promise<boolean> {
    const seen: StepName[] = [];
    let step: StepName | undefined = 'provider';
    let words: string | undefined;
    while (step !== undefined) {
      const move: Move = await this.#step(step, { draft, words, back: seen.length > 0 });
      if (move.kind === 'leave') return false;
      words = move.kind === 'to' && move.words !== '' ? move.words : undefined;
      if (move.kind === 'to') {
        const target: StepName = move.step;
        // from where the person goes back as if they had come straight to it
        seen.splice(0, seen.length, ...seen.filter((one) => order.indexOf(one) < order.indexOf(target)));
        step = target;
      } else if (move.kind === 'back') step = seen.pop() ?? 'provider';
      else {
        // a test is no place to go back to
        if (step !== 'test') seen.push(step);
        step = await this.#after(step, draft);
      }
    }
    return true;
  }

  #step(step: StepName, { draft, words, back }: { draft: Draft; words: string | undefined; back: boolean }): Promise<Move> {
    const shown = order.filter((one) => one !== 'test' && this.#applies(one, draft));
    const count = draft.provider === undefined ? {} : { step: shown.filter((one) => order.indexOf(one) <= order.indexOf(step)).length, totalSteps: shown.length };
    return steps[step]({ dependencies: this.#dependencies, draft, words, frame: { title: TITLE, back, ...count } });
  }

  async #after(step: StepName, draft: Draft): Promise<StepName | undefined> {
    const following = order.slice(order.indexOf(step) + 1).find((one) => this.#applies(one, draft));
    // whoever is not asked for a key uses the one that is stored, as the runtime does
    const origin = originOf(draft.baseUrl);
    if (following === 'model' && origin !== undefined && !this.#applies('key', draft)) draft.apiKey = await this.#dependencies.keys.get(origin);
    return following;
  }

  #applies(step: StepName, { choice, provider, baseUrl, found, keyWanted }: Draft): boolean {
    switch (step) {
      case 'address':
        return asksAddress(choice);
      case 'key':
        return provider !== undefined && provider.id !== 'vscode' && (keyWanted || !found || baseUrl.startsWith('https:'));
      case 'agents':
        return this.#dependencies.agents().length > 1;
      default:
        return true;
    }
  }

  #tell({ name, usedBy }: Draft): void {
    const { agents, messages } = this.#dependencies;
    const titles = agents().filter((agent) => usedBy.includes(agent.name)).map(({ title }) => title);
    const all = usedBy === 'all' ? 'All agents use it.' : 'All agents without a model of their own use it.';
    const some = titles.length === 0 ? 'No agent uses it yet: choose it under the input of the chat.' : `It is used by ${titles.join(', ')}.`;
    void messages.showInformationMessage(`“${foreignText(name)}” is set up. ${typeof usedBy === 'string' ? all : some}`);
  }
}

function emptyDraft(): Draft {
  return { choice: '', provider: undefined, address: '', baseUrl: '', found: false, typedKey: '', apiKey: undefined, keyWanted: false, listed: undefined, model: '', contextWindow: undefined, name: '', usedBy: 'all' };
}
