import * as assert from 'node:assert/strict';
import type { PlanStep } from '../../../../../src/protocol/messages.ts';
import { askFollowupQuestion } from '../../../../../src/core/tools/conversation/askFollowupQuestion.ts';
import { attemptCompletion } from '../../../../../src/core/tools/conversation/attemptCompletion.ts';
import { switchMode } from '../../../../../src/core/tools/conversation/switchMode.ts';
import { updatePlan } from '../../../../../src/core/tools/conversation/updatePlan.ts';
import { tools } from '../../../../../src/core/tools/tools.ts';
import { bindTool, refusalOf, runTool } from '../../../../support/runTool.ts';

describe('The tools of the conversation', () => {
  it('change nothing outside of it, and only attempt_completion ends the turn', () => {
    const all = [switchMode, askFollowupQuestion, attemptCompletion, updatePlan];
    assert.deepEqual(all.map(({ effects }) => effects), ['none', 'none', 'none', 'none']);
    assert.deepEqual(tools.filter(({ endsTurn }) => endsTurn).map(({ name }) => name), ['attempt_completion']);
  });

  describe('switch_mode', () => {
    it('hands the turn over, and returns what the turn says to it', async () => {
      const handed: string[][] = [];
      const handOver = (to: string, reason: string): Promise<string> => Promise.resolve(`${handed.push([to, reason])} done`);
      assert.equal(await runTool(switchMode, { agent: 'coder', reason: 'It needs a change' }, { handOver }), '1 done');
      assert.deepEqual(handed, [['coder', 'It needs a change']]);
      assert.equal(bindTool(switchMode, { agent: 'coder', reason: 'x' }).object, 'coder');
    });

    it('fails with the words of a turn that cannot be handed over', async () => {
      await assert.rejects(runTool(switchMode, { agent: 'tester', reason: 'x' }, { handOver: () => Promise.reject(new Error('No such agent')) }), /^Error: No such agent$/);
    });

    it('takes a reason of at most 300 characters', () => {
      bindTool(switchMode, { agent: 'coder', reason: 'x'.repeat(300) });
      assert.match(refusalOf(switchMode, { agent: 'coder', reason: 'x'.repeat(301) }), /300 characters\n\s+→ at reason/);
      assert.match(refusalOf(switchMode, { agent: 'coder' }), /reason/);
    });
  });

  describe('ask_followup_question', () => {
    it('asks the person, and tells the model who answered', async () => {
      const asked: unknown[] = [];
      const ask = (question: string, choices: readonly string[]): Promise<string> => {
        asked.push(question, choices);
        return Promise.resolve('The second');
      };
      const question = { question: 'Which one?', choices: ['The first', 'The second'] };
      assert.equal(await runTool(askFollowupQuestion, question, { ask }), 'The person answered: The second');
      assert.deepEqual(asked, ['Which one?', ['The first', 'The second']]);
      assert.equal(bindTool(askFollowupQuestion, question).object, 'Which one?');
    });

    it('needs no choices, and takes six', () => {
      assert.deepEqual(bindTool(askFollowupQuestion, { question: 'Why?' }).arguments, { question: 'Why?', choices: [] });
      bindTool(askFollowupQuestion, { question: 'Why?', choices: ['1', '2', '3', '4', '5', '6'] });
      assert.match(refusalOf(askFollowupQuestion, { question: 'Why?', choices: ['1', '2', '3', '4', '5', '6', '7'] }), /choices/);
      assert.match(refusalOf(askFollowupQuestion, { question: '', choices: [''] }), /question[\s\S]*choices\[0\]/);
    });

    it('fails where the turn ends before the answer', async () => {
      await assert.rejects(runTool(askFollowupQuestion, { question: 'Why?' }, { ask: () => Promise.reject(new Error('The turn ended')) }), /The turn ended/);
    });
  });

  describe('attempt_completion', () => {
    it('takes its result from the arguments alone', async () => {
      assert.equal(await runTool(attemptCompletion, { result: '**Done.**' }), 'The turn is complete.');
      const call = bindTool(attemptCompletion, { result: '**Done.**' });
      assert.deepEqual([call.object, call.arguments], ['', { result: '**Done.**' }]);
      assert.match(refusalOf(attemptCompletion, { result: '' }), /result/);
    });
  });

  describe('update_plan', () => {
    const steps: PlanStep[] = [
      { title: 'Read', status: 'completed' },
      { title: 'Write', status: 'in_progress' },
      { title: 'Test', status: 'in_progress' },
      { title: 'Tell', status: 'pending' },
    ];

    it('shows all steps, also where two are being done', async () => {
      const shown: (readonly PlanStep[])[] = [];
      const showPlan = (plan: readonly PlanStep[]): Promise<void> => {
        shown.push(plan);
        return Promise.resolve();
      };
      assert.equal(await runTool(updatePlan, { steps }, { showPlan }), 'Plan: 1 of 4 done.');
      assert.deepEqual(shown, [steps]);
      assert.equal(bindTool(updatePlan, { steps }).object, '1 of 4');
    });

    it('does not say that it was shown where it was not', async () => {
      await assert.rejects(runTool(updatePlan, { steps }, { showPlan: () => Promise.reject(new Error('Nothing is kept')) }), /Nothing is kept/);
    });

    it('takes 1 to 30 steps with titles of at most 200 characters', () => {
      const step = (title: string): PlanStep => ({ title, status: 'pending' });
      bindTool(updatePlan, { steps: Array.from({ length: 30 }, () => step('x'.repeat(200))) });
      assert.match(refusalOf(updatePlan, { steps: [] }), /steps/);
      assert.match(refusalOf(updatePlan, { steps: Array.from({ length: 31 }, () => step('x')) }), /30/);
      assert.match(refusalOf(updatePlan, { steps: [step('x'.repeat(201))] }), /200 characters\n\s+→ at steps\[0\]\.title/);
      assert.match(refusalOf(updatePlan, { steps: [{ title: 'x', status: 'done' }] }), /status/);
    });
  });
});

describe('The tools', () => {
  it('have names of their own, and say what they and each of their arguments are', () => {
    assert.equal(new Set(tools.map(({ name }) => name)).size, tools.length);
    for (const { name, description, parameters } of tools) {
      assert.match(name, /^[a-z][a-z_]*$/);
      assert.match(description, /^[A-Z].*\.$/s, name);
      const properties = parameters['properties'];
      assert.ok(typeof properties === 'object' && properties !== null);
      for (const [argument, schema] of Object.entries(properties)) assert.ok('description' in Object(schema), `${name}: ${argument}`);
    }
  });
});
