import * as assert from 'node:assert/strict';
import type { ToolItem } from '../../../../src/protocol/webview.ts';
import { Story } from '../../../support/Story.ts';

describe('A call that something else stands for', () => {
  let story: Story;
  beforeEach(() => {
    story = new Story();
    story.says('do it');
    story.begins();
  });

  for (const tool of ['ask_followup_question', 'attempt_completion', 'switch_mode', 'update_plan']) {
    it(`has no row while it goes well: ${tool}`, () => {
      // what is no hand-in is no answer, whatever the model wrote into it
      story.calls(tool, { [tool === 'attempt_completion' ? 'other' : 'result']: 'Done.' });
      assert.deepEqual(story.kinds, ['user']);
      story.done(tool);
      assert.deepEqual(story.kinds, ['user']);
    });

    it(`has a row with the reason where it failed: ${tool}`, () => {
      story.calls(tool, { result: 'Done.' });
      story.starts(tool);
      story.fails(tool);
      const row = story.items.at(-1);
      assert.ok(row?.kind === 'tool');
      assert.deepEqual([row.id, row.tool, row.state, row.note], [tool, tool, 'failed', 'It did not work.']);
      assert.equal(story.items.length, 2);
    });

    it(`has no row where the person stopped: ${tool}`, () => {
      story.calls(tool, {});
      story.fails(tool, 'cancelled');
      story.ends('stopped');
      assert.deepEqual(story.kinds, ['user', 'turnEnd']);
    });
  }

  it('counts for no tool that ran when VS Code closed', () => {
    story.calls('update_plan', {});
    story.starts('update_plan');
    story.fails('update_plan', 'cancelled');
    story.ends('interrupted');
    const told = story.items.at(-1);
    assert.ok(told?.kind === 'problem');
    assert.match(told.detail, /no tool was running/);
  });
});

describe('What an agent hands in', () => {
  let story: Story;
  beforeEach(() => {
    story = new Story();
    story.says('do it');
    story.begins();
  });

  it('is an answer of the agent that wrote it', () => {
    story.calls('attempt_completion', { result: '  **Done.**\n' }, { agent: 'architect' });
    story.tell('agent.switched', { from: 'architect', to: 'coder', reason: 'you chose it', trigger: 'user' });
    story.done('attempt_completion');
    assert.deepEqual(story.items.at(-1), { kind: 'answer', id: 'attempt_completion', agent: 'architect', markdown: '**Done.**', state: 'done' });
  });

  it('is shown once where the model wrote the same before', () => {
    story.calls('attempt_completion', { result: 'Done.' }, { content: 'Done.\n' });
    story.done('attempt_completion');
    assert.deepEqual(story.kinds, ['user', 'answer done']);
  });

  it('is shown after what the model wrote beside it', () => {
    story.calls('attempt_completion', { result: 'Done.' }, { content: 'I am through.' });
    story.done('attempt_completion');
    assert.deepEqual(
      story.items.flatMap((item) => (item.kind === 'answer' ? [item.markdown] : [])),
      ['I am through.', 'Done.'],
    );
  });

  for (const text of ['{"result": "cut o', '[]', 'null', '{"result":7}', '{"result":" "}']) {
    it(`is nothing where the arguments are ${text}`, () => {
      story.calls('attempt_completion', text, { content: 'I am through.' });
      story.done('attempt_completion');
      assert.deepEqual(story.kinds, ['user', 'answer done']);
    });
  }
});

describe('The row of a call', () => {
  let story: Story;
  beforeEach(() => {
    story = new Story();
    story.says('do it');
    story.begins();
    story.calls('write_file', { path: 'a.md' });
  });

  const row = (): [state: string, note: string | undefined] => {
    const item = story.items.find(({ kind }) => kind === 'tool');
    return item?.kind === 'tool' ? [item.state, item.note] : assert.fail('there is no row');
  };
  const ask = (changes = true): void => {
    const preview = { path: 'a.md', created: true, ...(changes ? { diff: { added: 0, removed: 0, rows: [] } } : {}) };
    story.tell('hitl.approval.requested', { callId: 'write_file', tool: 'write_file', approvalId: 'a', agent: 'coder', arguments: {}, argumentsHash: 'h', rule: 'r', reason: 'It changes a file.', preview });
  };
  const decide = (decision: 'approve' | 'reject', feedback: string): void => {
    story.tell('hitl.decision.made', { approvalId: 'a', callId: 'write_file', argumentsHash: 'h', decision, feedback, actor: 'chat' });
  };
  const fail = (outcome: 'error' | 'rejected' | 'cancelled', message: string): void => {
    story.tell('tool.execution.failed', { callId: 'write_file', tool: 'write_file', outcome, message });
  };

  it('holds what the person said with a rejection, and not what the model is told', () => {
    ask();
    assert.deepEqual(row(), ['waiting', 'It changes a file.']);
    decide('reject', ' not there ');
    fail('rejected', 'The person rejected this.');
    assert.deepEqual(row(), ['rejected', 'You said: “not there”']);
  });

  it('holds nothing of what the model is told where the person refused what makes no change', () => {
    ask(false);
    decide('reject', '');
    fail('rejected', 'The person rejected this. Nothing was changed.');
    assert.deepEqual(row(), ['rejected', undefined]);
    ask(false);
    decide('reject', 'not that');
    fail('rejected', 'The person rejected this. Nothing was changed. They said: not that');
    assert.deepEqual(row(), ['rejected', 'You said: “not that”']);
  });

  it('says that nobody decided, where there is no change as well', () => {
    ask(false);
    story.tell('hitl.timeout.occurred', { approvalId: 'a', callId: 'write_file', argumentsHash: 'h', waitedMs: 300_000 });
    fail('rejected', 'The person did not decide in time.');
    assert.deepEqual(row(), ['expired', 'Nobody decided within 5 minutes, which counts as a rejection.']);
  });

  it('holds no words where the person said none, or approved', () => {
    ask();
    decide('reject', ' ');
    assert.deepEqual(row(), ['requested', undefined]);
    ask();
    decide('approve', 'go');
    assert.deepEqual(row(), ['requested', undefined]);
  });

  it('says that nobody decided, in whole minutes', () => {
    ask();
    story.tell('hitl.timeout.occurred', { approvalId: 'a', callId: 'write_file', argumentsHash: 'h', waitedMs: 10_000 });
    assert.deepEqual(row(), ['expired', 'Nobody decided within a minute, which counts as a rejection.']);
  });

  it('holds the reason where nobody was asked', () => {
    fail('rejected', 'This workspace is not trusted.');
    assert.deepEqual(row(), ['denied', 'This workspace is not trusted.']);
  });

  it('holds none where the turn ended before it', () => {
    fail('cancelled', 'It did not run.');
    assert.deepEqual(row(), ['cancelled', undefined]);
  });

  it('holds the first 400 characters of an error', () => {
    fail('error', 'x'.repeat(401));
    assert.deepEqual(row(), ['failed', 'x'.repeat(400)]);
  });

  it('whose end nobody saw is told with its turn, and with no later one', () => {
    story.starts('write_file');
    story.fails('write_file', 'unknown');
    story.ends('interrupted');
    story.correlationId = 'turn 2';
    story.says('go on');
    story.interrupt();
    const told = story.transcript.items.flatMap((item) => (item.kind === 'problem' ? [/nobody saw its end|no tool was running/.exec(item.detail)?.[0]] : []));
    assert.deepEqual(told, ['nobody saw its end', 'no tool was running']);
  });

  it('whose end nobody saw is not told again of a turn that went on after it', () => {
    story.starts('write_file');
    story.interrupt();
    story.begins(true);
    story.interrupt();
    const told = story.transcript.items.flatMap((item) => (item.kind === 'problem' ? [/nobody saw its end|no tool was running/.exec(item.detail)?.[0]] : []));
    assert.deepEqual(told, ['nobody saw its end', 'no tool was running']);
  });
});

describe('A call that the person decides on', () => {
  let story: Story;
  beforeEach(() => {
    story = new Story();
    story.says('do it');
    story.begins();
    story.calls('write_file', { path: 'a' });
  });

  const asks = (approvalId: string, argumentsHash = 'h'): void =>
    story.tell('hitl.approval.requested', {
      approvalId, callId: 'write_file', tool: 'write_file', agent: 'coder', arguments: {}, argumentsHash, rule: 'rule', source: 'protected', reason: 'Writes ask first.', timeoutMs: 300_000,
      preview: { path: 'a', created: false, diff: { added: 0, removed: 0, rows: [] } },
    });
  const decides = (approvalId: string, decision: 'approve' | 'edit' | 'reject', argumentsHash = 'h'): void =>
    story.tell('hitl.decision.made', {
      approvalId, callId: 'write_file', argumentsHash, decision, feedback: '', actor: 'chat card', ...(decision === 'edit' ? { edited: { arguments: {}, argumentsHash: 'h2' } } : {}),
    });
  const row = (): ToolItem => {
    const item = story.items.find(({ kind }) => kind === 'tool');
    assert.ok(item?.kind === 'tool');
    return item;
  };

  it('has what a card needs while it waits, and then says who let it run', () => {
    asks('q');
    assert.deepEqual(row().approval, { approvalId: 'q', argumentsHash: 'h', askedAt: '2026-11-22T10:00:00.000Z', rule: 'rule', timeoutMs: 300_000, source: 'protected' });
    decides('q', 'approve');
    story.done('write_file');
    assert.deepEqual([row().state, row().decision, row().approval], ['done', 'approved', undefined]);
  });

  it('waits again where an edit asks anew, and stays told as edited', () => {
    asks('q');
    decides('q', 'edit');
    assert.deepEqual([row().state, row().decision], ['requested', 'edited']);
    asks('q2', 'h2');
    assert.deepEqual([row().state, row().approval?.argumentsHash], ['waiting', 'h2']);
    decides('q2', 'approve', 'h2');
    assert.deepEqual([row().state, row().decision], ['requested', 'edited']);
  });

  it('is not approved any more where it is asked again', () => {
    asks('q');
    decides('q', 'approve');
    asks('q2', 'h2');
    assert.equal(row().decision, undefined);
    decides('q2', 'reject', 'h2');
    assert.equal(row().decision, undefined);
  });

  it('is told as new where it made a file without a question', () => {
    story.tell('tool.change.recorded', { callId: 'write_file', tool: 'write_file', files: [{ path: 'a', before: null, after: 'hash' }] });
    assert.equal(row().created, true);
  });
});
