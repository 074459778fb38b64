import type { Disposable } from '../../core/bus/Disposable.ts';
import { foreignText } from '../foreignText.ts';
import type { Messages } from '../Messages.ts';
import type { PolicyNews } from './PolicyNews.ts';

const OPEN_SETTINGS = 'Open Settings';

export interface TellInvalidRulesDependencies {
  policy: PolicyNews;
  messages: Messages;
  openSettings: () => Promise<void>;
}

/** Tells what is wrong with the approvals' settings, each problem once. */
export function tellInvalidRules({ policy, messages, openSettings }: TellInvalidRulesDependencies): Disposable {
  const told = new Set<string>();
  return policy.watch(({ invalid }) => {
    const [first, ...others] = invalid.filter((problem) => !told.has(keyOf(problem)));
    if (first === undefined) return;
    for (const problem of invalid) told.add(keyOf(problem));
    const more = others.length === 0 ? '' : others.length === 1 ? ' And 1 more problem.' : ` And ${others.length} more problems.`;
    void offer(messages.showWarningMessage(`${foreignText(sentenceOf(first))}${more}`, OPEN_SETTINGS));
  });

  async function offer(choice: Thenable<string | undefined>): Promise<void> {
    if ((await choice) === OPEN_SETTINGS) await openSettings();
  }
}

/** A rule is counted otherwise when one before it comes or goes, and is as wrong as it was. */
function keyOf(problem: string): string {
  return problem.replace(/^Rule \d+ /, '');
}

function sentenceOf(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
