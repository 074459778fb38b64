import * as assert from 'node:assert/strict';
import type { PolicyRule, RuleScope } from '../../../../src/protocol/policy.ts';
import { AllowRules } from '../../../../src/vscode/dialogs/AllowRules.ts';
import { ManualClock, MemoryLog } from '../../../support/ports.ts';
import { ShownMessages } from '../../../support/ShownMessages.ts';

const rule: PolicyRule = { tool: 'write_file', agent: 'coder', path: 'src/**', effect: 'allow' };
const wanted = { rule, scope: 'workspace', sessionId: 's' } as const;

describe('A rule of “Allow from now on”', () => {
  let holding: Map<string, { rule: PolicyRule; scope: RuleScope; sessionId: string | undefined }>;
  let messages: ShownMessages;
  let fails: boolean;
  let rules: AllowRules;
  beforeEach(() => {
    holding = new Map();
    messages = new ShownMessages();
    fails = false;
    const act = async (change: () => void): Promise<void> => {
      await Promise.resolve();
      if (fails) throw new Error('The disk is full.');
      change();
    };
    rules = new AllowRules({
      policy: {
        addRule: async ({ rule: added, scope, sessionId }) => {
          await act(() => holding.set('r', { rule: added, scope, sessionId }));
          return 'r';
        },
        removeRule: async ({ ruleId }) => {
          await act(() => holding.delete(ruleId));
          return undefined;
        },
      },
      messages,
      agentTitle: () => 'Coder',
      clock: new ManualClock(),
      log: new MemoryLog(),
    });
  });
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('is told in words, and undone', async () => {
    await rules.add(wanted);
    assert.deepEqual(holding.get('r'), wanted);
    assert.deepEqual(messages.texts, ['From now on write_file by Coder on src/** runs without a question, in this workspace. | Undo']);
    messages.press();
    await settled();
    assert.equal(holding.size, 0);
    assert.equal(messages.texts.at(-1), 'The rule is removed. You are asked again.');
  });

  it('is told with a path that deceives nobody', () => {
    assert.match(rules.words({ ...wanted, rule: { ...rule, path: 'src/p\u0430ss.ts' } }), / on src\/p U\+0430 ss\.ts runs /);
  });

  it('that cannot be kept is none, and nothing is told', async () => {
    fails = true;
    await assert.rejects(rules.add(wanted), /disk is full/);
    assert.deepEqual(messages.texts, []);
  });

  it('still holds where it could not be undone, and can be undone once more', async () => {
    await rules.add(wanted);
    fails = true;
    messages.press();
    await settled();
    assert.equal(messages.texts.at(-1), 'The rule could not be removed, so it still holds: The disk is full. | Undo');
    assert.equal(holding.size, 1);
    fails = false;
    messages.press();
    await settled();
    assert.equal(holding.size, 0);
  });
});
