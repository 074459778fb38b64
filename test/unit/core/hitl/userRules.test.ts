import * as assert from 'node:assert/strict';
import { policyRule } from '../../../../src/protocol/policy.ts';
import { readUserRules } from '../../../../src/core/hitl/userRules.ts';

const allow = { tool: 'write_file', effect: 'allow' };

describe('The rules in the settings', () => {
  it('are none where nothing is set', () => {
    assert.deepEqual(readUserRules({ enabled: undefined, rules: undefined }), { enabled: true, rules: [], invalid: [] });
  });

  it('are taken in their order', () => {
    const rules = [{ ...allow, path: 'a/**', agent: 'coder', reason: 'r', expires: '2026-11-23T10:00:00+01:00' }, { tool: '*', command: 'rm *', effect: 'deny' }];
    assert.deepEqual(readUserRules({ enabled: false, rules }), { enabled: false, rules, invalid: [] });
  });

  const invalid: [what: string, rule: unknown, tool: string][] = [
    ['an effect that there is not', { tool: 'write_file', effect: 'yes' }, 'write_file'],
    ['no effect', { tool: 'write_file' }, 'write_file'],
    ['a field that there is not', { ...allow, paths: 'src/**' }, 'write_file'],
    ['an empty path', { ...allow, path: '' }, 'write_file'],
    ['an end without a time zone', { ...allow, expires: '2026-11-23T10:00:00' }, 'write_file'],
    ['a day that there is not', { ...allow, expires: '2026-02-30T10:00:00Z' }, 'write_file'],
    ['no tool', { effect: 'allow' }, '*'],
    ['an empty tool', { ...allow, tool: '' }, '*'],
    ['a tool that is no text', { ...allow, tool: ['write_file'] }, '*'],
    ['a tool that is too long', { ...allow, tool: 'x'.repeat(201) }, '*'],
    ['a text', 'allow', '*'],
    ['nothing', null, '*'],
    ['a list', [allow], '*'],
  ];
  for (const [what, rule, tool] of invalid) {
    it(`ask at their place, where one has ${what}`, () => {
      const read = readUserRules({ enabled: true, rules: [allow, rule, allow] });
      assert.deepEqual(read.rules.map(({ tool: name, effect }) => [name, effect]), [['write_file', 'allow'], [tool, 'ask'], ['write_file', 'allow']]);
      assert.equal(read.invalid.length, 1);
      assert.match(read.invalid[0] ?? '', /^Rule 2 in agentRuntime\.approvals\.rules is not valid, so it counts as “ask”: ./);
      assert.equal(read.rules[1]?.reason, read.invalid[0]);
    });
  }

  it('are rules that can be journaled, however much is wrong with them', () => {
    const { rules } = readUserRules({ enabled: true, rules: [{ ...allow, ['x'.repeat(5_000)]: 1 }] });
    assert.ok(policyRule().safeParse(rules[0]).success);
  });

  for (const rules of [{}, allow, 'allow', true, 0, null, { 0: allow, length: 1 }]) {
    it(`ask for everything where they are ${JSON.stringify(rules)} in place of a list`, () => {
      const read = readUserRules({ enabled: undefined, rules });
      assert.deepEqual(read.rules.map(({ tool, effect }) => ({ tool, effect })), [{ tool: '*', effect: 'ask' }]);
      assert.deepEqual(read.invalid, ['agentRuntime.approvals.rules is no list, so everything asks.']);
    });
  }

  for (const enabled of ['false', 0, null, {}]) {
    it(`count where the switch is ${JSON.stringify(enabled)}`, () => {
      const read = readUserRules({ enabled, rules: [] });
      assert.equal(read.enabled, true);
      assert.match(read.invalid[0] ?? '', /neither true nor false/);
    });
  }

  for (const path of ['!src/**', 'C:/work/**', '~/notes/**']) {
    it(`show a glob that would match nothing, and ask: ${path}`, () => {
      const { rules, invalid } = readUserRules({ enabled: true, rules: [{ tool: 'write_file', path, effect: 'deny' }] });
      assert.deepEqual(rules.map(({ tool, effect }) => [tool, effect]), [['write_file', 'ask']]);
      assert.equal(invalid.length, 1);
    });
  }
});
