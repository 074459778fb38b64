import * as assert from 'node:assert/strict';
import type { PolicyRule } from '../../../../src/protocol/policy.ts';
import type { AllowChoices } from '../../../../src/protocol/approvalWebview.ts';
import { allowChoices, ruleRefusal } from '../../../../src/vscode/dialogs/allowChoices.ts';

const asked = { tool: 'write_file', agent: 'coder', source: 'preset' } as const;
const at = (...paths: string[]) => paths.map((relative) => ({ relative, real: relative }));

function choicesFor(...paths: string[]): AllowChoices {
  const choices = allowChoices(asked, { paths: at(...paths), preset: 'askWrites' });
  if ('not' in choices) throw new Error(choices.not);
  return choices;
}

function globs(...paths: string[]): string[] {
  return choicesFor(...paths).paths.map(({ glob }) => glob);
}

describe('What a rule of a call can be made of', () => {
  it('goes from the file to everything', () => {
    assert.deepEqual(choicesFor('src/ui/a.ts').paths, [
      { glob: 'src/ui/a.ts', title: 'this file' },
      { glob: 'src/ui/*', title: 'this folder' },
      { glob: 'src/ui/**/*.ts', title: 'this kind of file, here and below' },
      { glob: 'src/ui/**', title: 'this folder and below' },
      { glob: '**', title: 'all files' },
    ]);
    assert.deepEqual(globs('README.md'), ['README.md', '*', '**/*.md', '**']);
    assert.deepEqual(globs('src/Makefile'), ['src/Makefile', 'src/*', 'src/**', '**']);
    assert.deepEqual(globs('src/.hidden'), ['src/.hidden', 'src/*', 'src/**', '**']);
  });

  it('takes a name with a pattern’s characters for itself', () => {
    const [file] = globs('app/[id]/(x)/a*.ts');
    assert.equal(file, 'app/\\[id\\]/\\(x\\)/a\\*.ts');
    const rule: PolicyRule = { tool: 'write_file', path: file, effect: 'allow' };
    assert.equal(refusal(rule, 'app/[id]/(x)/a*.ts'), undefined);
    assert.equal(ruleRefusal(rule, 'session', { choices: choicesFor('app/[id]/(x)/a*.ts'), asked, paths: at('app/i/(x)/ab.ts'), now: 0 }), 'It would not match this call.');
  });

  it('matches every file that the call works on, where its links lead too', () => {
    assert.deepEqual(globs('src/a.ts', 'src/a.ts.bak'), ['src/*', 'src/**', '**']);
    const linked = allowChoices(asked, { paths: [{ relative: 'src/a.ts', real: 'lib/a.ts' }], preset: 'askWrites' });
    assert.ok(!('not' in linked));
    assert.deepEqual(linked.paths.map(({ glob }) => glob), ['**']);
  });

  it('counts only where it is as near as the rule that asks', () => {
    const scopes = (source: 'preset' | 'user' | 'workspace' | 'session') => {
      const choices = allowChoices({ ...asked, source }, { paths: at('a.ts'), preset: 'askWrites' });
      return 'not' in choices ? [] : choices.scopes;
    };
    assert.deepEqual(scopes('preset'), ['session', 'workspace', 'user']);
    assert.deepEqual(scopes('user'), ['session', 'workspace', 'user']);
    assert.deepEqual(scopes('workspace'), ['session', 'workspace']);
    assert.deepEqual(scopes('session'), ['session']);
  });

  it('is nothing for what always asks, and says why', () => {
    const not = (choices: ReturnType<typeof allowChoices>) => ('not' in choices ? choices.not : undefined);
    assert.match(not(allowChoices({ ...asked, source: 'protected' }, { paths: at('.env'), preset: 'askWrites' })) ?? '', /protected file always asks/);
    assert.match(not(allowChoices(asked, { paths: at('a.ts'), preset: 'askAll' })) ?? '', /asked for everything/);
    assert.match(not(allowChoices(asked, { paths: [], preset: 'askWrites' })) ?? '', /names no file/);
    assert.match(not(allowChoices(asked, { paths: undefined, preset: 'askWrites' })) ?? '', /could not run/);
  });
});

function refusal(rule: PolicyRule, file = 'src/a.ts', scope: 'session' | 'workspace' | 'user' = 'session'): string | undefined {
  return ruleRefusal(rule, scope, { choices: choicesFor(file), asked, paths: at(file), now: Date.parse('2026-01-01T00:00:00Z') });
}

describe('A rule that a page asks for', () => {
  const rule: PolicyRule = { tool: 'write_file', agent: 'coder', path: 'src/*', effect: 'allow' };

  it('is made where it was offered', () => {
    assert.equal(refusal(rule), undefined);
    assert.equal(refusal({ tool: 'write_file', path: '**', effect: 'allow', expires: '2026-01-01T01:00:00Z' }), undefined);
  });

  const forged: [string, PolicyRule][] = [
    ['all tools', { ...rule, tool: '*' }],
    ['another tool', { ...rule, tool: 'execute_command' }],
    ['another agent', { ...rule, agent: '*' }],
    ['a path that was not offered', { ...rule, path: '{**,.git/**}' }],
    ['no path', { tool: 'write_file', effect: 'allow' }],
    ['another effect', { ...rule, effect: 'deny' }],
    ['a command', { ...rule, command: '*' }],
  ];
  for (const [what, wanted] of forged) {
    it(`is refused with ${what}`, () => assert.match(refusal(wanted) ?? '', /offered/));
  }

  it('is refused where its time is over, and where its scope would not count', () => {
    assert.match(refusal({ ...rule, expires: '2025-12-31T23:00:00Z' }) ?? '', /over already/);
    const choices: AllowChoices = { ...choicesFor('src/a.ts'), scopes: ['session'] };
    assert.match(ruleRefusal(rule, 'user', { choices, asked, paths: at('src/a.ts'), now: 0 }) ?? '', /offered/);
  });
});
