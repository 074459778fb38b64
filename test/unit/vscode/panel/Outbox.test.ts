import * as assert from 'node:assert/strict';
import type { ChatItem, ChatOp, ChatToWebview } from '../../../../src/protocol/webview.ts';
import { Outbox } from '../../../../src/vscode/panel/Outbox.ts';

const user: ChatOp = { op: 'add', item: { kind: 'user', id: 'u', text: 'Hello' } };
const answer: ChatOp = { op: 'add', item: { kind: 'answer', id: 'a', agent: 'ask', markdown: 'G', state: 'streaming' } };
const thought: ChatItem = { kind: 'reasoning', id: 'r', agent: 'ask', text: 'Hm', state: 'streaming' };
const piece = (text: string): ChatOp => ({ op: 'appendText', id: 'a', text });
const accepted: Extract<ChatToWebview, { type: 'accepted' }> = { type: 'accepted', messageId: 'm' };
const kept: Extract<ChatToWebview, { type: 'draftKept' }> = { type: 'draftKept', text: '' };

describe('What is to go to a page', () => {
  let sent: unknown[][];
  let outbox: Outbox;
  let next: PromiseWithResolvers<undefined>;
  beforeEach(() => {
    sent = [];
    next = Promise.withResolvers();
    outbox = new Outbox({
      send: (ops, messages) => {
        sent.push([...ops, ...messages]);
        next.resolve(undefined);
        next = Promise.withResolvers();
      },
    });
  });
  afterEach(() => outbox.dispose());

  it('goes out within a frame, in one, the changes first', async () => {
    outbox.queue([user]);
    outbox.add(kept);
    outbox.add(accepted);
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(sent, []);
    await next.promise;
    assert.deepEqual(sent, [[user, kept, accepted]]);
  });

  it('takes what waits along with the first words of an answer, which wait for nothing', async () => {
    outbox.queue([user]);
    outbox.add(accepted);
    outbox.queue([answer]);
    await Promise.resolve();
    assert.deepEqual(sent, [[user, answer, accepted]]);
    outbox.queue([{ op: 'add', item: thought }]);
    await Promise.resolve();
    assert.deepEqual(sent[1], [{ op: 'add', item: thought }]);
  });

  it('puts pieces of an answer together that came together, and lets them wait for no frame', async () => {
    outbox.queue([user]);
    outbox.queue([piece('a')]);
    outbox.queue([piece('b')]);
    assert.deepEqual(sent, []);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(sent, [[user, piece('a'), piece('b')]]);
  });

  it('goes out once, whatever was scheduled before, and leaves nothing behind', async () => {
    outbox.queue([user]);
    outbox.queue([piece('a')]);
    outbox.queue([answer]);
    await next.promise;
    outbox.queue([]);
    await next.promise;
    assert.deepEqual(sent, [[user, piece('a'), answer], []]);
  });

  it('goes out at once where something else must not overtake it', () => {
    outbox.queue([user]);
    outbox.flush();
    assert.deepEqual(sent, [[user]]);
  });

  it('forgets changes that the page gets with the whole, and no message', async () => {
    outbox.queue([user]);
    outbox.add(accepted);
    outbox.forgetChanges();
    await next.promise;
    assert.deepEqual(sent, [[accepted]]);
  });
});
