import * as assert from 'node:assert/strict';
import type { PlanStep } from '../../../../../src/protocol/messages.ts';
import { planNews, planProgress } from '../../../../../src/webview/chat/dock/planProgress.ts';

const status: Readonly<Record<string, PlanStep['status']>> = { d: 'completed', w: 'in_progress', p: 'pending' };

/** "dwp": done, worked on, pending. */
const plan = (steps: string): PlanStep[] => Array.from(steps).map((letter, index) => ({ title: `step ${index + 1}`, status: status[letter] ?? 'pending' }));

describe('The progress of a plan', () => {
  for (const [steps, done, number] of [
    ['ddwp', 2, 3],
    ['ddpp', 2, 3],
    ['pwdp', 1, 2],
    ['ddd', 3, 3],
    ['p', 0, 1],
  ] as const) {
    it(`of ${steps} is step ${number}, with ${done} done`, () => {
      const progress = planProgress(plan(steps));
      assert.deepEqual([progress?.done, progress?.number, progress?.current.title], [done, number, `step ${number}`]);
    });
  }

  it('is none where there are no steps', () => assert.equal(planProgress([]), undefined));
});

describe('The news of a plan', () => {
  for (const [before, after, expected] of [
    ['', 'wp', 'Plan, step 1 of 2: step 1'],
    ['wp', 'dw', 'Plan, step 2 of 2: step 2'],
    ['dw', 'dw', undefined],
    ['dp', 'dw', undefined],
    ['dw', 'dd', 'Plan done, 2 of 2'],
    ['dd', 'dd', undefined],
    ['dd', 'wp', 'Plan, step 1 of 2: step 1'],
    ['d', 'w', 'Plan, step 1 of 1: step 1'],
    ['dd', '', undefined],
  ] as const) {
    it(`from “${before}” to “${after}”: ${expected ?? 'none'}`, () => assert.equal(planNews(plan(before), plan(after)), expected));
  }

  it('are told of another step in the same place', () => {
    assert.equal(planNews([{ title: 'a', status: 'in_progress' }], [{ title: 'b', status: 'in_progress' }]), 'Plan, step 1 of 1: b');
  });
});
