import type { EventData } from '../../protocol/events.ts';
import type { JudgedPath } from '../../core/hitl/protectedFiles.ts';
import { literalPath, RuleMatcher, ruledCall } from '../../core/hitl/RuleMatcher.ts';
import { ruleScopes, type PolicyRule, type Preset, type RuleScope, type VerdictSource } from '../../protocol/policy.ts';
import type { AllowChoices } from '../../protocol/approvalWebview.ts';

type Asked = Pick<EventData<'hitl.approval.requested'>, 'tool' | 'agent' | 'source'>;

/** What a rule can be made of that lets calls like this one run. */
export function allowChoices(asked: Asked, { paths, preset }: { paths: readonly JudgedPath[] | undefined; preset: Preset }): AllowChoices | { not: string } {
  if (asked.source === 'protected') return { not: 'A protected file always asks: no rule can change that.' };
  if (preset === 'askAll') return { not: 'You chose to be asked for everything, whatever rules say.' };
  if (paths === undefined) return { not: 'It could not run as things are now, so no rule can be made of it.' };
  if (paths.length === 0) return { not: 'It names no file that a rule could be about.' };
  const globs = globsOf(paths);
  if (globs.length === 0) return { not: 'No pattern matches all the files that it works on.' };
  return { agent: asked.agent, paths: globs, scopes: scopesFor(asked.source) };
}

/** Why a rule cannot be made for this call, though the page asks for it; `undefined` where it can. Nothing wider than what was offered is made. */
export function ruleRefusal(rule: PolicyRule, scope: RuleScope, { choices, asked, paths, now }: { choices: AllowChoices; asked: Asked; paths: readonly JudgedPath[]; now: number }): string | undefined {
  const { tool, agent, path, effect, expires, ...rest } = rule;
  const offered =
    effect === 'allow' &&
    tool === asked.tool &&
    (agent === undefined || agent === choices.agent) &&
    choices.paths.some(({ glob }) => glob === path) &&
    choices.scopes.includes(scope) &&
    Object.keys(rest).length === 0;
  if (!offered) return 'It is not one of those that were offered.';
  if (expires !== undefined && Date.parse(expires) <= now) return 'Its time is over already. Choose how long it holds once more.';
  return new RuleMatcher(rule).matches(ruledCall({ tool: asked.tool, agent: asked.agent, paths }, []), now) ? undefined : 'It would not match this call.';
}

/** A rule counts before one that is as near, and before one that is further away. */
function scopesFor(source: VerdictSource | undefined): RuleScope[] {
  const nearest = ruleScopes.findIndex((scope) => scope === source);
  return nearest < 0 ? [...ruleScopes] : ruleScopes.slice(0, nearest + 1);
}

/** The file, its folder, what is below, its kind, and everything: the patterns of these that match all that the call works on. */
function globsOf(paths: readonly JudgedPath[]): AllowChoices['paths'] {
  const file = paths[0]?.relative ?? '';
  const slash = file.lastIndexOf('/') + 1;
  const folder = literalPath(file.slice(0, slash));
  const name = file.slice(slash);
  const dot = name.lastIndexOf('.');
  const kind = dot > 0 ? `*${literalPath(name.slice(dot))}` : undefined;
  const wanted = [
    { glob: literalPath(file), title: 'this file' },
    { glob: `${folder}*`, title: 'this folder' },
    ...(kind === undefined ? [] : [{ glob: `${folder}**/${kind}`, title: 'this kind of file, here and below' }]),
    { glob: `${folder}**`, title: 'this folder and below' },
    { glob: '**', title: 'all files' },
  ];
  const fits = wanted.filter(({ glob }, index) => wanted.findIndex((other) => other.glob === glob) === index && matchesAll(glob, paths));
  // in the workspace's own folder, below is everything
  return fits.map(({ glob, title }) => (glob === '**' ? { glob, title: 'all files' } : { glob, title }));
}

function matchesAll(path: string, paths: readonly JudgedPath[]): boolean {
  return new RuleMatcher({ tool: '*', path, effect: 'allow' }).matches(ruledCall({ tool: '', agent: '', paths }, []), 0);
}
