import * as assert from 'node:assert/strict';
import type { OpenSession } from '../../../../src/core/sessions/OpenSessions.ts';
import { emptySession, type SessionState } from '../../../../src/core/sessions/SessionState.ts';
import { Transcript } from '../../../../src/core/transcript/Transcript.ts';
import type { ChatToWebview } from '../../../../src/protocol/webview.ts';
import { PersonInput, type PersonInputDependencies } from '../../../../src/vscode/panel/PersonInput.ts';
import { ManualClock, MemoryLog } from '../../../support/ports.ts';

const message = { messageId: 'm', text: 'queued' };

/** A session's chat with everything that its page and its person get to know, in order. */
class Chat {
  readonly session: SessionState = emptySession('s');
  readonly happened: string[] = [];
  owned = true;
  deleted = false;
  draft = '';
  answers: { [K in 'submit' | 'choose' | 'withdraw' | 'chooseAgent']: ReturnType<PersonInputDependencies['orchestrator'][K]> } = {
    submit: 'accepted',
    choose: 'answered',
    withdraw: message,
    chooseAgent: 'chosen',
  };
  failure: Error | undefined;
  readonly input: PersonInput;

  constructor() {
    const { session } = this;
    const isOwned = (): boolean => this.owned;
    const isDeleted = (): boolean => this.deleted;
    const open: OpenSession = {
      id: 's',
      session,
      transcript: new Transcript(),
      unknown: 0,
      get owned() {
        return isOwned();
      },
      get deleted() {
        return isDeleted();
      },
      onChangedHands: () => ({ dispose: () => undefined }),
    };
    const answer = <T>(what: string, said: unknown, give: () => T): T => {
      this.happened.push(`${what} ${JSON.stringify(said)}`);
      if (this.failure !== undefined) throw this.failure;
      return give();
    };
    this.input = new PersonInput({
      open,
      dependencies: {
        orchestrator: {
          submit: (_, said) => answer('submit', said, () => this.answers.submit),
          choose: (_, said) => answer('choose', said, () => this.answers.choose),
          withdraw: (_, id) => answer('withdraw', id, () => this.answers.withdraw),
          chooseAgent: (_, agent) => answer('chooseAgent', agent, () => this.answers.chooseAgent),
          resume: () => undefined,
        },
        drafts: {
          draft: () => this.draft,
          saveDraft: (_, text) => {
            this.draft = text;
            this.happened.push(`draft ${JSON.stringify(text)}`);
          },
        },
        clock: new ManualClock(),
        log: new MemoryLog(),
      },
      post: (posted: ChatToWebview) => {
        if (posted.type !== 'draftKept') this.happened.push(`post ${JSON.stringify(posted)}`);
      },
      refresh: () => void this.happened.push('refresh'),
      tell: (text) => void this.happened.push(text),
    });
  }
}

describe('PersonInput', () => {
  let chat: Chat;
  beforeEach(() => {
    chat = new Chat();
  });

  it('says which question a message answers, and that a queued one was taken', async () => {
    chat.answers.submit = 'queued';
    chat.draft = 'x';
    await chat.input.send({ type: 'send', messageId: 'm', text: 'x', answerTo: 'q' });
    assert.deepEqual(chat.happened, ['submit {"messageId":"m","text":"x","answerTo":"q"}', 'draft ""', 'post {"type":"accepted","messageId":"m"}']);
  });

  it('keeps as draft what was typed behind a message that it takes, and only that', async () => {
    chat.draft = 'hello wor';
    await chat.input.send({ type: 'send', messageId: 'm', text: 'hello' });
    assert.equal(chat.draft, ' wor');
    await chat.input.send({ type: 'send', messageId: 'n', text: 'another' });
    assert.equal(chat.draft, ' wor');
  });

  it('has a queued text in the draft before it leaves the queue', async () => {
    chat.session.queue.push(message);
    chat.draft = 'typed';
    await chat.input.withdraw({ type: 'withdraw', messageId: 'm', edit: true });
    assert.deepEqual(chat.happened, ['draft "queued\\n\\ntyped"', 'withdraw "m"', 'post {"type":"withdrawn","messageId":"m","text":"queued"}']);
  });

  it('leaves the draft alone where a queued message is removed', async () => {
    chat.session.queue.push(message);
    chat.draft = 'typed';
    await chat.input.withdraw({ type: 'withdraw', messageId: 'm', edit: false });
    assert.deepEqual(chat.happened, ['withdraw "m"', 'post {"type":"removed","messageId":"m","text":"queued"}']);
  });

  it('shows how things are where a queued message is with a model by now', async () => {
    await chat.input.withdraw({ type: 'withdraw', messageId: 'm', edit: true });
    assert.deepEqual(chat.happened, ['refresh']);
    chat.session.queue.push(message);
    chat.answers.withdraw = 'gone';
    chat.draft = 'typed';
    await chat.input.withdraw({ type: 'withdraw', messageId: 'm', edit: true });
    assert.equal(chat.draft, 'typed');
    assert.equal(chat.happened.at(-1), 'refresh');
  });

  it('does not write over what was typed while a message could not be taken back', async () => {
    chat.session.queue.push(message);
    chat.answers.withdraw = 'gone';
    const withdrawn = chat.input.withdraw({ type: 'withdraw', messageId: 'm', edit: true });
    chat.input.saveDraft('typed meanwhile');
    await withdrawn;
    assert.equal(chat.draft, 'typed meanwhile');
  });

  it('says what could not be saved, and shows how things are', async () => {
    chat.failure = new Error('the disk is full');
    await chat.input.choose({ type: 'choose', questionId: 'q', messageId: 'm', choice: 'a' });
    assert.deepEqual(chat.happened, [
      'choose {"questionId":"q","messageId":"m","choice":"a"}',
      'Your answer could not be saved: the disk is full. Nothing was changed. Try it again.',
      'refresh',
    ]);
  });

  for (const [name, ask] of [
    ['a choice', (input: PersonInput) => input.choose({ type: 'choose', questionId: 'q', messageId: 'm', choice: 'a' })],
    ['an agent', (input: PersonInput) => input.chooseAgent('ask')],
    ['a queued message', (input: PersonInput) => input.withdraw({ type: 'withdraw', messageId: 'm', edit: true })],
  ] as const) {
    it(`does not take ${name} for a session that is not this window’s`, async () => {
      chat.session.queue.push(message);
      chat.draft = 'typed';
      chat.owned = false;
      await ask(chat.input);
      assert.deepEqual(chat.happened, ['refresh']);
    });
  }

  it('changes nothing on the page where everything went well', async () => {
    await chat.input.choose({ type: 'choose', questionId: 'q', messageId: 'm', choice: 'a' });
    await chat.input.chooseAgent('ask');
    assert.deepEqual(chat.happened, ['choose {"questionId":"q","messageId":"m","choice":"a"}', 'chooseAgent "ask"']);
  });
});
