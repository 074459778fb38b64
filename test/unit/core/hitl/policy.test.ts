import * as assert from 'node:assert/strict';
import { judge, type Policy, type PolicyCall } from '../../../../src/core/hitl/policy.ts';
import { RuleMatcher } from '../../../../src/core/hitl/RuleMatcher.ts';
import { presets, type PolicyRule, type RuleScope } from '../../../../src/protocol/policy.ts';

const NOW = Date.UTC(2026, 10, 23);

type Rules = Partial<Record<RuleScope, PolicyRule[]>>;

function policy({ rules = {}, ...others }: Partial<Omit<Policy, 'rules'>> & { rules?: Rules } = {}): Policy {
  const matchers = (scope: RuleScope): RuleMatcher[] => (rules[scope] ?? []).map((rule) => new RuleMatcher(rule));
  return {
    enabled: true, preset: 'askWrites', trusted: true, folders: [{ name: 'work', root: '/home/me/work' }], now: NOW,
    rules: { session: matchers('session'), workspace: matchers('workspace'), user: matchers('user') },
    ...others,
  };
}

const call = (effects: PolicyCall['effects'], ...paths: string[]): PolicyCall => ({ tool: effects === 'read' ? 'read_file' : 'write_file', agent: 'coder', effects, paths: paths.map((path) => ({ relative: path, real: path })) });
const write = call('write', 'src/a.ts');
const read = call('read', 'src/a.ts');
const run: PolicyCall = { tool: 'execute_command', agent: 'coder', effects: 'execute', paths: [], command: 'npm test' };
const allow: PolicyRule = { tool: '*', effect: 'allow' };
const ask: PolicyRule = { tool: '*', effect: 'ask' };
const deny: PolicyRule = { tool: '*', effect: 'deny' };

describe('Rules', () => {
  it('count by the first that matches, within a list', () => {
    assert.equal(judge(write, policy({ rules: { user: [allow, deny] } })).verdict, 'allow');
    assert.equal(judge(write, policy({ rules: { user: [ask, allow] } })).verdict, 'ask');
    assert.equal(judge(write, policy({ rules: { user: [{ ...deny, path: 'lib/**' }, allow] } })).verdict, 'allow');
    assert.equal(judge(write, policy({ rules: { user: [{ ...allow, path: 'lib/**' }, deny] } })).verdict, 'deny');
  });

  it('count by the nearest list', () => {
    assert.equal(judge(write, policy({ rules: { session: [allow], workspace: [ask], user: [ask] } })).source, 'session');
    assert.equal(judge(write, policy({ rules: { session: [ask], workspace: [allow], user: [allow] } })).verdict, 'ask');
    assert.equal(judge(write, policy({ rules: { session: [{ ...allow, tool: 'other' }], workspace: [allow], user: [ask] } })).source, 'workspace');
    assert.equal(judge(write, policy({ rules: { user: [allow] } })).source, 'user');
  });

  for (const scope of ['session', 'workspace', 'user'] as const) {
    it(`let a deny of the ${scope} stand over an allow of every other list`, () => {
      const rules: Rules = { session: [allow], workspace: [allow], user: [allow], [scope]: [deny] };
      assert.deepEqual([judge(write, policy({ rules })).verdict, judge(write, policy({ rules })).source], ['deny', scope]);
      assert.equal(judge(read, policy({ rules })).verdict, 'deny', 'reads too');
    });
  }

  it('that expired match nothing', () => {
    const over = { expires: '2026-11-22T23:59:59Z' };
    assert.equal(judge(write, policy({ rules: { session: [{ ...allow, ...over }], user: [ask] } })).source, 'user');
    assert.equal(judge(write, policy({ rules: { session: [{ ...deny, ...over }, allow] } })).verdict, 'allow');
    assert.equal(judge(write, policy({ rules: { session: [{ ...allow, expires: '2026-11-23T00:00:01Z' }] } })).verdict, 'allow');
  });

  it('can make reads ask', () => {
    assert.equal(judge(read, policy({ rules: { workspace: [ask] } })).verdict, 'ask');
  });

  it('can allow a command, and no other', () => {
    const rules = { workspace: [{ tool: 'execute_command', command: 'npm test*', effect: 'allow' as const }] };
    assert.equal(judge(run, policy({ rules })).verdict, 'allow');
    assert.equal(judge({ ...run, command: 'npm test; rm -rf /' }, policy({ rules })).verdict, 'ask');
    assert.equal(judge({ ...run, command: undefined }, policy({ rules })).verdict, 'ask');
  });

  it('are named by the verdict, with where they are from and why', () => {
    const rule: PolicyRule = { tool: 'write_file', path: 'src/**', effect: 'allow', reason: 'Tests are mine.' };
    assert.deepEqual(judge(write, policy({ rules: { workspace: [rule] } })), { verdict: 'allow', rule: '{"tool":"write_file","path":"src/**","effect":"allow"}', source: 'workspace', reason: 'Tests are mine.' });
    assert.equal(judge(write, policy({ rules: { user: [deny] } })).reason, 'A rule in your settings forbids this.');
    assert.equal(judge(write, policy({ rules: { session: [ask] } })).reason, 'A rule for this session asks.');
  });
});

describe('A preset', () => {
  const verdicts: [preset: Policy['preset'], read: string, write: string, run: string][] = [
    ['askAll', 'ask', 'ask', 'ask'],
    ['askWrites', 'allow', 'ask', 'ask'],
    ['trustEdits', 'allow', 'allow', 'ask'],
    ['readOnly', 'allow', 'deny', 'deny'],
  ];
  for (const [preset, ...expected] of verdicts) {
    it(`${preset}: reads ${expected[0]}, writes ${expected[1]}, commands ${expected[2]}`, () => {
      const verdicts = [read, write, run].map((judged) => judge(judged, policy({ preset })));
      assert.deepEqual(verdicts.map(({ verdict }) => verdict), expected);
      assert.deepEqual(new Set(verdicts.map(({ source }) => source)), new Set(['preset']));
    });
  }

  it('Read only stands over every rule and over the switch', () => {
    for (const enabled of [true, false]) {
      for (const judged of [write, run]) assert.equal(judge(judged, policy({ preset: 'readOnly', enabled, rules: { session: [allow], workspace: [allow], user: [allow] } })).verdict, 'deny');
    }
  });

  it('Ask for everything stands over rules that allow, and a deny over it', () => {
    for (const judged of [read, write, run]) {
      const verdict = judge(judged, policy({ preset: 'askAll', rules: { session: [allow], user: [allow] } }));
      assert.deepEqual([verdict.verdict, verdict.source], ['ask', 'preset']);
    }
    assert.equal(judge(write, policy({ preset: 'askAll', rules: { user: [deny] } })).verdict, 'deny');
    assert.equal(judge(write, policy({ preset: 'askAll', rules: { user: [ask] } })).source, 'user', 'the rule asks by itself');
  });

  it('Trust edits trusts no write whose files are not known, and gives way to rules', () => {
    assert.equal(judge(call('write'), policy({ preset: 'trustEdits' })).verdict, 'ask');
    assert.equal(judge(write, policy({ preset: 'trustEdits', rules: { user: [ask] } })).verdict, 'ask');
    assert.equal(judge(write, policy({ preset: 'trustEdits', rules: { user: [deny] } })).verdict, 'deny');
  });
});

describe('What is protected', () => {
  it('asks in every preset that does not deny, over every rule and with the switch off', () => {
    for (const preset of presets) {
      for (const enabled of [true, false]) {
        for (const path of ['.git/config', '.vscode/settings.json', 'AGENTS.md', '.env', '.github/workflows/ci.yml', '../a', 'x.code-workspace']) {
          const { verdict, source, reason } = judge(call('write', path), policy({ preset, enabled, rules: { session: [allow], workspace: [allow], user: [allow] } }));
          assert.deepEqual([verdict, source], preset === 'readOnly' ? ['deny', 'preset'] : ['ask', 'protected'], `${path}, ${preset}`);
          if (preset !== 'readOnly') assert.ok(reason.startsWith(`${path} is `), reason);
        }
      }
    }
  });

  it('is one of many files that a call writes', () => {
    assert.equal(judge(call('write', 'src/a.ts', 'AGENTS.md'), policy({ preset: 'trustEdits' })).source, 'protected');
  });

  it('is what a link leads to, and the reason says so', () => {
    const { verdict, reason } = judge({ ...write, paths: [{ relative: 'notes.md', real: '.git/config' }] }, policy({ rules: { user: [allow] } }));
    assert.deepEqual([verdict, reason], ['ask', 'notes.md, which leads to .git/config, is a part of Git’s own data. It always asks.']);
  });

  it('asks before a command that names it, too', () => {
    assert.equal(judge({ ...run, paths: [{ relative: '.git', real: '.git' }] }, policy({ rules: { user: [allow] } })).source, 'protected');
  });

  it('is read without a question, but for keys', () => {
    assert.equal(judge(call('read', '.vscode/settings.json'), policy()).verdict, 'allow');
    assert.equal(judge(call('read', 'AGENTS.md'), policy()).verdict, 'allow');
    const { verdict, source, reason } = judge(call('read', '.env'), policy({ enabled: false, rules: { session: [allow] } }));
    assert.deepEqual([verdict, source], ['ask', 'protected']);
    assert.match(reason, /goes to the model/);
  });

  it('does not ask where a rule denies', () => {
    assert.deepEqual(judge(call('write', '.env'), policy({ rules: { user: [deny] } })).source, 'user');
  });
});

describe('The switch', () => {
  it('off: everything runs that is not protected and that no rule denies', () => {
    for (const judged of [read, write, run]) {
      const verdict = judge(judged, policy({ enabled: false, preset: 'askAll', rules: { user: [ask] } }));
      assert.deepEqual([verdict.verdict, verdict.source], ['allow', 'switch']);
    }
    assert.equal(judge(write, policy({ enabled: false, rules: { workspace: [deny] } })).verdict, 'deny');
  });
});

describe('In Restricted Mode', () => {
  it('nothing is written and nothing runs, whatever allows it', () => {
    for (const preset of presets) {
      for (const judged of [write, run, call('write', '.env')]) {
        const verdict = judge(judged, policy({ trusted: false, preset, enabled: false, rules: { session: [allow], workspace: [allow], user: [allow] } }));
        assert.deepEqual([verdict.verdict, verdict.source], ['deny', 'restricted']);
      }
    }
  });

  it('agents read, and what asks before it is read still does', () => {
    assert.equal(judge(read, policy({ trusted: false })).verdict, 'allow');
    assert.equal(judge(call('read', '.env'), policy({ trusted: false })).verdict, 'ask');
    assert.equal(judge(read, policy({ trusted: false, rules: { user: [deny] } })).verdict, 'deny');
  });
});

describe('What does nothing', () => {
  it('runs, whatever rules and presets say', () => {
    const nothing: PolicyCall = { tool: 'calculator', agent: 'ask', effects: 'none', paths: [] };
    for (const preset of presets) assert.deepEqual(judge(nothing, policy({ preset, trusted: false, rules: { user: [deny] } })).source, 'nature');
  });
});
