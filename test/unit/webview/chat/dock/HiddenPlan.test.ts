import * as assert from 'node:assert/strict';
import type { PlanStep } from '../../../../../src/protocol/messages.ts';
import { HiddenPlan } from '../../../../../src/webview/chat/dock/HiddenPlan.ts';

const plan = (...titles: string[]): PlanStep[] => titles.map((title) => ({ title, status: 'pending' }));

describe('A plan that was put away', () => {
  it('stays away while its steps get on, and is back with other ones', () => {
    const hidden = new HiddenPlan();
    assert.equal(hidden.isHidden(plan('a', 'b')), false);
    hidden.hide(plan('a', 'b'));
    assert.equal(hidden.isHidden([{ title: 'a', status: 'completed' }, { title: 'b', status: 'in_progress' }]), true);
    assert.equal(hidden.isHidden(plan('a', 'b', 'c')), false);
    assert.equal(hidden.isHidden(plan('a', 'b')), false);
  });

  it('is back where there was none in between', () => {
    const hidden = new HiddenPlan();
    hidden.hide(plan('a'));
    assert.equal(hidden.isHidden([]), false);
    assert.equal(hidden.isHidden(plan('a')), false);
  });
});
