import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { literalCommand, literalPath, ruledCall, RuleMatcher, type JudgedCall } from '../../../../src/core/hitl/RuleMatcher.ts';
import type { PolicyRule } from '../../../../src/protocol/policy.ts';

const NOW = Date.UTC(2026, 10, 23);
const one = [{ name: 'work', root: '/home/me/work' }];
const two = [{ name: 'api', root: '/home/me/api' }, { name: 'web', root: '/home/me/web' }];

function matches(rule: PolicyRule, call: Partial<JudgedCall>, folders = one): boolean {
  return new RuleMatcher(rule).matches(ruledCall({ tool: 'write_file', agent: 'coder', paths: [], ...call }, folders), NOW);
}

const file = (...names: string[]): JudgedCall['paths'] => names.map((name) => ({ relative: name, real: name }));
const of = (effect: PolicyRule['effect'], rule: Partial<PolicyRule>): PolicyRule => ({ tool: '*', effect, ...rule });

describe('A rule’s tool and agent', () => {
  const names: [pattern: string, name: string, fits: boolean][] = [
    ['write_file', 'write_file', true], ['write_file', 'write_file2', false], ['write_file', 'rewrite_file', false], ['*', 'anything', true],
    ['*_file', 'write_file', true], ['*_file', 'write_files', false], ['read*', 'read_file', true], ['r*_*e', 'read_file', true], ['a*a', 'a', false], ['a*a', 'aa', true],
    ['*b*b*', 'abb', true], ['*b*b*', 'ab', false], ['mcp.*', 'mcpx', false], ['mcp.*', 'mcp.x', true], ['read_file', 'READ_FILE', false], ['(a|b)', 'a', false],
  ];
  for (const [pattern, name, fits] of names) {
    it(`${pattern} ${fits ? 'fits' : 'does not fit'} ${name}`, () => {
      assert.equal(matches(of('allow', { tool: pattern }), { tool: name }), fits);
      assert.equal(matches(of('deny', { agent: pattern }), { agent: name }), fits);
    });
  }

  it('must both fit', () => {
    const rule: PolicyRule = { tool: 'write_file', agent: 'coder', effect: 'allow' };
    assert.ok(matches(rule, {}));
    assert.ok(!matches(rule, { agent: 'debug' }));
    assert.ok(!matches(rule, { tool: 'read_file' }));
  });
});

describe('A rule’s path', () => {
  const allowed: [glob: string, path: string, fits: boolean][] = [
    ['src/**', 'src/a/b.ts', true], ['src/**', 'lib/src/a.ts', false], ['src/*.ts', 'src/a.ts', true], ['src/*.ts', 'src/a/b.ts', false], ['src', 'src/a.ts', false],
    ['./src/**', 'src/a.ts', true], ['src/**', 'SRC/a.ts', false], ['**', '.hidden/a', true], ['**', '.', true], ['**/*', '.', true], ['src/**', '.', false], ['!src/**', 'lib/a.ts', false], ['./', 'a', false],
    ['/src/**', 'src/a.ts', false], ['{a,b}/*.md', 'b/x.md', true], ['src/[id].ts', 'src/[id].ts', true], ['*.md', 'a.md/../../b', false],
  ];
  for (const [glob, path, fits] of allowed) {
    it(`${glob}, as allow, ${fits ? 'fits' : 'does not fit'} ${path}`, () => {
      assert.equal(matches(of('allow', { path: glob }), { paths: file(path) }), fits);
    });
  }

  const tightened: [glob: string, path: string, fits: boolean][] = [
    ['src/**', 'SRC/a.ts', true], ['Secret/**', 'secret/a', true], ['secret/**', 'secret./a ', true], ['secret/**', 'sec\u200bret/a', true], ['secret/**', 'secret', true],
    ['caf\u00e9/**', 'cafe\u0301/a', true], ['/src/**', 'src/a.ts', true], ['src/', 'src/a.ts', true], ['src', 'src/a/b.ts', true], ['*', 'src/a.ts', false], ['src/**', 'lib/a.ts', false], ['!src/**', 'lib/a.ts', false],
    ['**', '.', true],
  ];
  for (const effect of ['ask', 'deny'] as const) {
    for (const [glob, path, fits] of tightened) {
      it(`${glob}, as ${effect}, ${fits ? 'fits' : 'does not fit'} ${JSON.stringify(path)}`, () => {
        assert.equal(matches(of(effect, { path: glob }), { paths: file(path) }), fits);
      });
    }
  }

  it('as allow needs every file by both its names', () => {
    const rule = of('allow', { path: 'src/**' });
    assert.ok(matches(rule, { paths: file('src/a', 'src/b') }));
    assert.ok(!matches(rule, { paths: file('src/a', 'lib/b') }));
    assert.ok(!matches(rule, { paths: [{ relative: 'src/a', real: 'lib/b' }] }));
    assert.ok(!matches(rule, { paths: [{ relative: 'lib/a', real: 'src/b' }] }));
    assert.ok(!matches(rule, { paths: [] }), 'nothing is known of what it touches');
  });

  it('as deny and ask is taken with backslashes, and in any way to write an accent', () => {
    for (const effect of ['ask', 'deny'] as const) {
      for (const path of ['private\\**', '.\\private', 'private\\']) assert.ok(matches(of(effect, { path }), { paths: file('private/a') }), path);
      for (const name of ['geheim/schl\u00fcssel', 'geheim/schlu\u0308ssel']) {
        for (const path of ['geheim/schl\u00fcssel', 'geheim/schlu\u0308*']) assert.ok(matches(of(effect, { path }), { paths: file(name) }), JSON.stringify([path, name]));
      }
    }
    assert.ok(!matches(of('allow', { path: 'private\\**' }), { paths: file('private/a') }));
  });

  it('as deny needs one file by one of its names', () => {
    const rule = of('deny', { path: 'src/**' });
    assert.ok(matches(rule, { paths: file('lib/a', 'src/b') }));
    assert.ok(matches(rule, { paths: [{ relative: 'lib/a', real: 'src/b' }] }));
    assert.ok(matches(rule, { paths: [{ relative: 'src/a', real: 'lib/b' }] }));
    assert.ok(!matches(rule, { paths: [] }));
  });

  it('is with the folder’s name in a workspace of several; what tightens fits without it too', () => {
    assert.ok(matches(of('allow', { path: 'api/src/**' }), { paths: file('api/src/a') }, two));
    assert.ok(!matches(of('allow', { path: 'src/**' }), { paths: file('api/src/a') }, two));
    assert.ok(matches(of('deny', { path: 'src/**' }), { paths: file('api/src/a') }, two));
    assert.ok(matches(of('deny', { path: 'api/src/**' }), { paths: file('api/src/a') }, two));
  });

  it('of a length that no file system takes fits what tightens, and nothing else', () => {
    const paths = file(`src/${'a'.repeat(5_000)}`);
    assert.ok(!matches(of('allow', { path: 'src/**' }), { paths }));
    assert.ok(matches(of('deny', { path: 'lib/**' }), { paths }));
  });

  it('made from a path fits that path and no other', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('ab.*?[]{}()!+@|^$#,"\\/-~ ')), minLength: 1, maxLength: 12 }).filter((path) => !/^[./]|\/\/|\/$|\/\.{1,2}(\/|$)/.test(path));
    fc.assert(
      fc.property(text, text, (path, other) => {
        const rule = of('allow', { path: literalPath(path) });
        assert.ok(matches(rule, { paths: file(path) }), `${literalPath(path)} does not fit ${path}`);
        assert.equal(matches(rule, { paths: file(other) }), other === path, `${literalPath(path)} and ${other}`);
      }),
      { numRuns: 2_000 },
    );
    assert.equal(literalPath('src/app/a-b_c.test.ts'), 'src/app/a-b_c.test.ts');
    assert.ok(!matches(of('allow', { path: literalPath('src/**') }), { paths: file('src/a.ts') }));
    assert.ok(!matches(of('allow', { path: literalPath('app/[id]/a') }), { paths: file('app/i/a') }));
  });
});

describe('A rule’s command', () => {
  const command = (effect: PolicyRule['effect'], pattern: string, text: string): boolean => matches(of(effect, { command: pattern }), { command: text });

  it('as allow matches one command, and its arguments', () => {
    assert.ok(command('allow', 'npm test*', 'npm test'));
    assert.ok(command('allow', 'npm test*', ' npm test -- --watch '));
    assert.ok(command('allow', 'npm test', 'npm test'));
    assert.ok(!command('allow', 'npm test', 'npm test -- --watch'));
    assert.ok(!command('allow', 'npm test', 'NPM TEST'));
    assert.ok(!command('allow', 'npm test', 'npx npm test'));
  });

  const behind = [
    '; rm -rf /', ' && x', ' & x', ' || x', ' | sh', ' > a', ' >> a', ' < a', ' 2>a', ' $(x)', ' `x`', '\nrm -rf /', '\rrm', ' {a,b}', ' $\'a\'', ' $"a"', ' ${IFS}x', ' (x)', ' <(x)', ' &', ' ;',
  ];
  for (const text of behind) {
    it(`as allow does not match with ${JSON.stringify(text)} behind it`, () => {
      assert.ok(!command('allow', 'npm test*', `npm test${text}`));
      assert.ok(!command('allow', '*', `npm test${text}`));
    });
  }

  it('as allow matches exactly what it says, whatever is in it', () => {
    assert.ok(command('allow', 'npm test && npm run lint', 'npm test && npm run lint'));
    assert.ok(!command('allow', 'npm test && npm run *', 'npm test && npm run lint'));
  });

  const parts: [pattern: string, text: string, fits: boolean][] = [
    ['rm *', 'npm test; rm -rf /', true], ['rm *', 'npm test && rm -rf /', true], ['rm *', 'echo $(rm -rf /)', true], ['rm *', 'a\nrm b', true], ['rm *', 'RM b', true], ['rm *', 'rm   b', true], ['rm -rf *', 'rm\t-rf  /', true],
    ['rm *', 'bash -c "rm -rf /"', true], ['rm *', 'sh -c \'rm x\'', true], ['rm *', 'echo `rm x`', true], ['rm *', '{ rm x; }', true], ['npm test*', 'npm test > a', true], ['npm test && x', 'npm test && x', true],
    ['rm *', 'npm test', false], ['rm *', 'echo farm x', false], ['rm', 'rm x', false],
  ];
  for (const [pattern, text, fits] of parts) {
    it(`${pattern}, as deny and ask, ${fits ? 'matches' : 'does not match'} ${JSON.stringify(text)}`, () => {
      assert.equal(command('deny', pattern, text), fits);
      assert.equal(command('ask', pattern, text), fits);
    });
  }

  it('matches no call without one', () => {
    for (const effect of ['allow', 'ask', 'deny'] as const) assert.ok(!matches(of(effect, { command: '*' }), {}));
  });

  it('made from a command fits that command and no other', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('ab *\\;$"')), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(text, text, (wanted, other) => {
        const rule = of('allow', { command: literalCommand(wanted) });
        if (!/[;$"]/.test(wanted) && wanted === wanted.trim()) assert.ok(matches(rule, { command: wanted }), `${literalCommand(wanted)} does not fit`);
        if (matches(rule, { command: other })) assert.ok(other.trim() === wanted || other === literalCommand(wanted), `${literalCommand(wanted)} and ${other}`);
      }),
      { numRuns: 2_000 },
    );
    assert.ok(!matches(of('allow', { command: literalCommand('ls *') }), { command: 'ls /etc' }));
    assert.equal(literalCommand('dir C:\\a'), 'dir C:\\a');
  });

  it('takes a time that grows with the command alone', () => {
    const pattern = of('deny', { command: '*a*a*a*a*a*a*a*b' });
    assert.ok(!matches(pattern, { command: 'a'.repeat(200_000) }));
  });
});

describe('A rule’s end', () => {
  it('is the moment from which it matches nothing', () => {
    const at = (expires: string): boolean => matches(of('allow', { expires }), {});
    assert.ok(at('2026-11-23T00:00:00.001Z'));
    assert.ok(!at('2026-11-23T00:00:00Z'));
    assert.ok(!at('2026-11-22T23:59:59Z'));
    assert.ok(at('2026-11-22T23:30:00-01:00'));
    assert.ok(!at('2026-11-23T00:30:00+01:00'));
  });

  it('fits a file by its whole path where it tightens, since people copy that', () => {
    const deny = of('deny', { path: '/home/me/web/private/**' });
    assert.ok(matches(deny, { paths: file('web/private/key.txt') }, two));
    assert.ok(!matches(deny, { paths: file('api/private/key.txt') }, two));
    assert.ok(matches(of('deny', { path: '/home/me/work/private' }), { paths: file('private/key.txt') }));
    assert.ok(!matches(of('allow', { path: '/home/me/work/private/**' }), { paths: file('private/key.txt') }));
  });
});
