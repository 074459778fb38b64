import type { PolicyRule, RuleScope } from '../../protocol/policy.ts';
import type { AllowChoices } from '../../protocol/approvalWebview.ts';

export const untils = ['hour', 'fourHours', 'tomorrow', 'never'] as const;
export type Until = (typeof untils)[number];

export const untilWords: Readonly<Record<Until, string>> = { hour: 'In 1 hour', fourHours: 'In 4 hours', tomorrow: 'Until tomorrow', never: 'No end' };
export const scopeWords: Readonly<Record<RuleScope, string>> = { session: 'This session', workspace: 'This workspace', user: 'Everywhere' };

const HOUR = 3_600_000;

/** What the person has chosen of a rule; it begins with the narrowest of everything. */
export class AllowForm {
  readonly choices: AllowChoices;
  readonly #tool: string;
  anyAgent = false;
  glob: string;
  scope: RuleScope;
  #until: Until = 'hour';
  #expires: string | undefined;

  constructor(tool: string, choices: AllowChoices, now: Date) {
    this.choices = choices;
    this.#tool = tool;
    this.glob = choices.paths[0]?.glob ?? '';
    this.scope = choices.scopes[0] ?? 'session';
    this.chooseUntil('hour', now);
  }

  get until(): Until {
    return this.#until;
  }

  /** The end is fixed when it is chosen: the rule that stands there is the one that is made. */
  chooseUntil(until: Until, now: Date): void {
    this.#until = until;
    this.#expires = endOf(until, now)?.toISOString().replace(/\.\d+Z$/, 'Z');
  }

  /** As it will be written. */
  get rule(): PolicyRule {
    return {
      tool: this.#tool,
      ...(this.anyAgent ? {} : { agent: this.choices.agent }),
      path: this.glob,
      effect: 'allow',
      ...(this.#expires === undefined ? {} : { expires: this.#expires }),
    };
  }
}

function endOf(until: Until, now: Date): Date | undefined {
  if (until === 'never') return undefined;
  if (until === 'tomorrow') return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
  return new Date(now.getTime() + (until === 'hour' ? 1 : 4) * HOUR);
}

/** A rule in JSON, as one reads it. */
export function ruleText(rule: PolicyRule): string {
  const parts = Object.entries(rule).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `{ ${parts.join(', ')} }`;
}

/** "38 files today". */
export function matchWords({ files, more }: { files: number; more: boolean }): string {
  return `${more ? `More than ${files}` : files === 0 ? 'No' : files} ${files === 1 && !more ? 'file' : 'files'} today`;
}
