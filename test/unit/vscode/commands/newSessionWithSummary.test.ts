import * as assert from 'node:assert/strict';
import { NewSessionWithSummary } from '../../../../src/vscode/commands/newSessionWithSummary.ts';
import { FailingModel, says, stop, type Behaviour } from '../../../support/FailingModel.ts';
import { MemoryDrafts } from '../../../support/MemoryDrafts.ts';
import { ShownMessages } from '../../../support/ShownMessages.ts';
import { TestCore } from '../../../support/TestCore.ts';

const done: Behaviour = [says('Done.'), stop];

describe('A new session with a summary', () => {
  let core: TestCore;
  let model: FailingModel;
  let drafts: MemoryDrafts;
  let messages: ShownMessages;
  let shown: string[];
  let controller: AbortController;
  let command: NewSessionWithSummary;

  const begin = async (...script: Behaviour[]): Promise<void> => {
    model = new FailingModel(...script);
    core = new TestCore(model, { singleAgent: true });
    drafts = new MemoryDrafts();
    messages = new ShownMessages();
    shown = [];
    controller = new AbortController();
    command = new NewSessionWithSummary({
      summaries: core.core.summaries,
      sessions: core.core.sessions,
      drafts,
      messages,
      withProgress: (_title, run) => run(controller.signal),
      show: (id) => Promise.resolve(void shown.push(id)),
    });
    await core.open();
  };
  afterEach(() => core.dispose());
  const draft = (): string => drafts.draft(shown[0] ?? '');

  it('has the summary in its input, and nothing is sent', async () => {
    await begin(done, [says('**Goal**: talk'), stop]);
    await core.turn('hello');
    await command.open(core.sessionId);
    assert.equal(shown.length, 1);
    assert.notEqual(shown[0], core.sessionId);
    assert.match(draft(), /^This goes on from another session, “hello”\. Its summary:\n\n\*\*Goal\*\*: talk\n\nNow:\n\n$/);
    assert.deepEqual(core.core.sessions.get(shown[0] ?? '').messages, []);
    assert.deepEqual(messages.texts, []);
  });

  it('has the message that no model answered', async () => {
    await begin([{ code: 'model_context_exceeded', message: 'too long' }], [says('**Goal**: talk'), stop]);
    await core.turn('do it');
    await command.open(core.sessionId);
    assert.match(draft(), /Now:\n\ndo it$/);
  });

  it('has the message whose turn broke off among its tools', async () => {
    await begin([{ type: 'toolCall', index: 0, id: 'c1', name: 'list_files', arguments: '{"path":"."}' }, { type: 'finish', reason: 'tool_calls' }], [{ code: 'model_context_exceeded', message: 'too long' }], [says('**Goal**: talk'), stop]);
    await core.turn('do it');
    assert.equal(core.core.sessions.get(core.sessionId).messages.at(-1)?.role, 'tool');
    await command.open(core.sessionId);
    assert.match(draft(), /Now:\n\ndo it$/);
  });

  it('says so where no model could write it', async () => {
    await begin(done, [{ code: 'model_auth', message: 'no' }]);
    await core.turn('hello');
    await command.open(core.sessionId);
    assert.match(draft(), /Person: hello\n\nuniversal: Done\./);
    assert.match(messages.texts[0] ?? '', /^No model could summarise the session/);
  });

  it('leaves nothing in the chat that waits where the person cancels it between two tries', async () => {
    await begin(done, [{ code: 'model_rate_limited', message: 'busy', retryAfterMs: 60_000 }]);
    await core.turn('hello');
    const before = core.session.transcript.items.map(({ kind }) => kind);
    const waiting = core.next('llm.retry.scheduled');
    const opening = command.open(core.sessionId);
    await waiting;
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await opening;
    assert.deepEqual(core.session.transcript.items.map(({ kind }) => kind), before);
  });

  it('is not made where the person cancels it, nor twice at once', async () => {
    await begin(done, ['stall']);
    await core.turn('hello');
    const opening = command.open(core.sessionId);
    await model.stalled.promise;
    await command.open(core.sessionId);
    controller.abort();
    await opening;
    assert.deepEqual([shown, model.requests.length], [[], 2]);
  });
});
