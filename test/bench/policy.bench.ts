/* What a verdict costs with 200 rules: bench:policy, beside the same calls without a rule, and bare picomatch matchers on their paths. */
import picomatch from 'picomatch';
import type { PolicyManager } from '../../src/core/hitl/PolicyManager.ts';
import { judge, type Policy, type PolicyCall } from '../../src/core/hitl/policy.ts';
import { RuleMatcher } from '../../src/core/hitl/RuleMatcher.ts';
import { ruleScopes, type PolicyRule, type RuleScope } from '../../src/protocol/policy.ts';
import { ScriptedModel } from '../support/ScriptedModel.ts';
import { TestCore } from '../support/TestCore.ts';

const RULES = 200;
const ROUNDS = 31;
/** Rounds over all calls in one round of a contender: some 10 ms. */
const TIMES = 40;
const BUDGET_MS = 1;

const folders = [{ name: 'work', root: '/home/me/work' }];
const scopeOf = (index: number): RuleScope => ruleScopes[Math.floor((index * ruleScopes.length) / RULES)] ?? 'user';

/** A rule of every kind in turn; none is about the calls below but those in the middle and at the end. */
function ruleAt(index: number): PolicyRule {
  const effect = (['allow', 'ask', 'deny'] as const)[index % 3] ?? 'ask';
  if (index === RULES / 2) return { tool: 'write_file', path: 'packages/middle/**/*.ts', effect: 'allow' };
  if (index === RULES - 2) return { tool: 'execute_command', command: 'npm run the-last*', effect: 'allow' };
  if (index === RULES - 1) return { tool: 'write_file', path: 'packages/last/**/*.{ts,tsx}', effect: 'allow' };
  switch (index % 5) {
    case 0:
      return { tool: `mcp_${index}_*`, effect };
    case 1:
      return { tool: '*', agent: `agent-${index}`, effect };
    case 2:
      return { tool: '*_file', path: `packages/p${index}/{src,test}/**/*.{ts,tsx,json}`, effect };
    case 3:
      return { tool: '*', command: `tool-${index} * --flag-*`, effect };
    default:
      return { tool: 'write_*', agent: '*', path: `**/generated-${index}/*-[a-z].ts`, effect, expires: '2126-01-01T00:00:00Z' };
  }
}

function writes(...paths: string[]): PolicyCall {
  return { tool: 'write_file', agent: 'coder', effects: 'write', paths: paths.map((path) => ({ relative: path, real: path })) };
}

const deep = 'packages/other/src/components/deeply/nested/folder/TheComponent.test.tsx';
/** By where the rule is that is about it. */
const calls: readonly { name: string; call: PolicyCall; source: string }[] = [
  { name: 'a match at the end', call: writes('packages/last/src/a/b/c.ts'), source: 'user' },
  { name: 'a match in the middle', call: writes('packages/middle/src/a/b/c.ts'), source: 'workspace' },
  { name: 'no match', call: writes(deep), source: 'preset' },
  { name: 'no match, through a link, two files', call: { ...writes(deep), paths: [{ relative: deep, real: 'packages/elsewhere/a.tsx' }, { relative: 'a.ts', real: 'b.ts' }] }, source: 'preset' },
  { name: 'a command, at the end', call: { tool: 'execute_command', agent: 'coder', effects: 'execute', paths: [], command: 'npm run the-last -- --watch' }, source: 'user' },
  { name: 'a protected file', call: writes('packages/other/.vscode/settings.json'), source: 'protected' },
];

interface Contender {
  name: string;
  run: (call: PolicyCall) => unknown;
}

/** What was judged, so that nothing of it can be left out. */
let seen = 0;

async function manager(rules: readonly PolicyRule[]): Promise<{ core: TestCore; policy: PolicyManager }> {
  const core = new TestCore(new ScriptedModel([]));
  await core.open();
  const { policy } = core.core;
  core.settings.set({ rules: rules.filter((_rule, index) => scopeOf(index) === 'user') });
  // the newest is the first
  for (const [index, rule] of [...rules.entries()].reverse()) {
    if (scopeOf(index) !== 'user') await policy.addRule({ scope: scopeOf(index), rule, sessionId: core.sessionId, actor: 'bench' });
  }
  return { core, policy };
}

/** Milliseconds a verdict. */
function measure({ run }: Contender, call: PolicyCall): number {
  const start = performance.now();
  for (let i = 0; i < TIMES; i += 1) if (run(call) !== undefined) seen += 1;
  return (performance.now() - start) / TIMES;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

async function main(): Promise<void> {
  const rules = Array.from({ length: RULES }, (_none, index) => ruleAt(index));
  const lists = (scope: RuleScope): RuleMatcher[] => rules.filter((_rule, index) => scopeOf(index) === scope).map((rule) => new RuleMatcher(rule));
  const policy: Policy = { enabled: true, preset: 'askWrites', trusted: true, folders, now: Date.now(), rules: { session: lists('session'), workspace: lists('workspace'), user: lists('user') } };
  const bare = rules.flatMap(({ path }) => (path === undefined ? [] : [picomatch(path, { dot: true })]));
  const { core, policy: managed } = await manager(rules);
  const { core: empty, policy: without } = await manager([]);
  const contenders: Contender[] = [
    { name: `bare picomatch, the ${bare.length} globs`, run: ({ paths }) => bare.filter((matches) => paths.some(({ relative }) => matches(relative))) },
    { name: 'PolicyManager.judge, no rule', run: (call) => without.judge(empty.sessionId, call) },
    { name: `judge, ${RULES} rules`, run: (call) => judge(call, policy) },
    { name: `PolicyManager.judge, ${RULES} rules`, run: (call) => managed.judge(core.sessionId, call) },
  ];
  const [first] = calls;
  const begin = performance.now();
  if (first !== undefined) managed.judge(core.sessionId, first.call);
  const firstMs = performance.now() - begin;
  for (const { name, call, source } of calls) {
    for (const given of [judge(call, policy), managed.judge(core.sessionId, call)]) if (given.source !== source) throw new Error(`${name} was judged by ${given.source}, not by ${source}`);
  }
  const figures = rounds(contenders);
  empty.dispose();
  core.dispose();
  report(contenders, figures);
  console.log(`the first verdict, with every rule to be read: ${firstMs.toFixed(1)} ms`);
  const worst = Math.max(...(figures.at(-1) ?? []));
  console.log(`verdict: ${worst.toFixed(3)} ms (budget ${BUDGET_MS} ms)`);
  if (process.argv.includes('--check') && !(worst <= BUDGET_MS)) process.exitCode = 1;
}

/** The median of each call, by contender. */
function rounds(contenders: readonly Contender[]): number[][] {
  const figures = contenders.map(() => calls.map((): number[] => []));
  for (let round = -5; round < ROUNDS; round += 1) {
    for (const [i, contender] of contenders.entries()) {
      for (const [j, { call }] of calls.entries()) {
        const figure = measure(contender, call);
        if (round >= 0) figures[i]?.[j]?.push(figure);
      }
    }
  }
  return figures.map((ofCalls) => ofCalls.map(median));
}

function report(contenders: readonly Contender[], figures: readonly (readonly number[])[]): void {
  console.log(`${RULES} rules in three scopes, ${ROUNDS} interleaved rounds of ${TIMES} verdicts, ${seen} in all; medians in ms`);
  for (const [i, { name }] of contenders.entries()) {
    console.log(name);
    for (const [j, { name: what }] of calls.entries()) console.log(`  ${what.padEnd(40)}${(figures[i]?.[j] ?? NaN).toFixed(4).padStart(10)}`);
  }
}

void main();
