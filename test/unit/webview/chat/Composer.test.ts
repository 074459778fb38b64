import * as assert from 'node:assert/strict';
import type { ChatFromWebview, ChatState, QuestionItem } from '../../../../src/protocol/webview.ts';
import { Composer, type SentText, type TextField } from '../../../../src/webview/chat/Composer.ts';
import { FakePage } from '../FakePage.ts';

const idle: ChatState = {
  title: 's',
  owner: 'here',
  turn: 'idle',
  pending: 0,
  queue: [],
  plan: [],
  agent: 'coder',
  agents: [],
  model: { name: 'm', offline: false, own: false }, models: [],
  workspace: 'open', approvals: { preset: 'askWrites', enabled: true, invalid: [], choices: [] },
};
const question: QuestionItem = { kind: 'question', id: 'q', agent: 'coder', question: 'Which?', choices: ['a', 'b'], free: true, state: 'waiting' };
const plain = { isComposing: false, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, repeat: false, preventDefault: () => undefined };

class Field implements TextField {
  value = '';
  selectionStart = 0;
  selectionEnd = 0;
  focus = (): void => undefined;

  setSelectionRange(start: number, end: number): void {
    this.selectionStart = start;
    this.selectionEnd = end;
  }
}

/** The input with a person before it. */
class Person {
  readonly posted: ChatFromWebview[] = [];
  readonly field = new Field();
  readonly composer: Composer;
  asked: QuestionItem | undefined;
  state = idle;
  last: string | undefined;

  constructor() {
    const post = (message: ChatFromWebview): void => void this.posted.push(message);
    this.composer = new Composer({
      post,
      reach: post,
      announcer: { say: () => undefined },
      changed: () => undefined,
      lastMessage: () => this.last,
    });
    this.composer.attach(this.field);
    this.draw();
  }

  begin({ draft = '', sent = [], arrived = [] }: { draft?: string; sent?: string[]; arrived?: string[] } = {}): this {
    this.composer.begin({ sessionId: 's', owner: 'here', draft, sent, hasArrived: ({ text }: SentText) => arrived.includes(text) });
    this.draw();
    return this;
  }

  /** A frame. */
  draw(): void {
    this.composer.template(this.state, { asked: this.asked, agents: undefined, models: undefined, presets: undefined });
  }

  asks(asked: QuestionItem | undefined): void {
    this.asked = asked;
    this.draw();
  }

  types(text: string): this {
    const { field } = this;
    field.value = field.value.slice(0, field.selectionStart) + text + field.value.slice(field.selectionEnd);
    const caret = field.selectionStart + text.length;
    field.setSelectionRange(caret, caret);
    this.composer.typed();
    return this;
  }

  clears(): void {
    this.field.setSelectionRange(0, this.field.value.length);
    this.types('');
  }

  press(key: string): this {
    this.composer.key({ ...plain, key });
    return this;
  }

  get sent(): Extract<ChatFromWebview, { type: 'send' }>[] {
    return this.posted.filter((message) => message.type === 'send');
  }

  /** The host says that it has what was sent last. */
  accept(): void {
    this.composer.accepted(this.sent.at(-1)?.messageId ?? '');
    this.draw();
  }

  get lastDraft(): string | undefined {
    return this.posted.findLast((message) => message.type === 'draft')?.text;
  }
}

describe('Composer', () => {
  let page: FakePage;
  let person: Person;
  beforeEach(() => {
    page = new FakePage();
    page.install();
    person = new Person().begin();
  });
  afterEach(() => page.remove());

  describe('while a message is on its way', () => {
    it('keeps all that is typed, and lets the message alone leave', () => {
      person.types('hello').press('Enter').types(' wor');
      assert.equal(person.field.value, 'hello wor');
      person.accept();
      assert.equal(person.field.value, ' wor');
      assert.equal(person.field.selectionStart, 4);
      assert.equal(person.lastDraft, ' wor');
      person.types('ld').press('Enter');
      assert.deepEqual(person.sent.map(({ text }) => text), ['hello', ' world']);
    });

    it('sends nothing twice', () => {
      person.types('hello').press('Enter').press('Enter').types('!').press('Enter');
      person.accept();
      assert.deepEqual(person.sent.map(({ text }) => text), ['hello']);
      assert.equal(person.field.value, '!');
    });

    it('takes what is typed behind it, wherever the cursor stood', () => {
      person.types('hello');
      person.field.setSelectionRange(2, 2);
      person.press('Enter').types('x');
      person.accept();
      assert.equal(person.field.value, 'x');
    });

    it('tells the host what stays, also where that is what it was told before', () => {
      person.types('aa').press('Enter').types('aa');
      person.accept();
      assert.deepEqual(person.posted.map((message) => ('text' in message ? `${message.type} ${message.text}` : message.type)), ['draft aa', 'send aa', 'draft aa']);
    });

    it('leaves a text alone that the person changed meanwhile', () => {
      person.types('hello').press('Enter').clears();
      person.types('other');
      person.accept();
      assert.equal(person.field.value, 'other');
      assert.equal(person.lastDraft, 'other');
    });

    it('stays where it is refused, with what was typed behind it', () => {
      person.types('hello').press('Enter').types(' wor');
      person.composer.refused(person.sent[0]?.messageId ?? '', 'no');
      assert.equal(person.field.value, 'hello wor');
      person.press('Enter');
      assert.deepEqual(person.sent.map(({ text }) => text), ['hello', 'hello wor']);
    });

    it('breaks off no character that is being composed', () => {
      person.types('hello').press('Enter');
      person.composer.composing(true);
      person.types('か');
      person.accept();
      assert.equal(person.field.value, 'helloか');
      person.composer.composing(false);
      assert.equal(person.field.value, 'か');
    });
  });

  describe('in a page that comes while a message is on its way', () => {
    beforeEach(() => {
      person.types('hello').press('Enter').types(' wor');
    });

    it('holds what was typed behind it, where it arrived', () => {
      const next = new Person().begin({ draft: 'hello', arrived: ['hello'], sent: ['hello'] });
      assert.equal(next.field.value, ' wor');
      // it has left for good: the same words are a text of their own now
      next.clears();
      next.types('hello again');
      assert.equal(new Person().begin({ arrived: ['hello'], sent: ['hello'] }).field.value, 'hello again');
    });

    it('holds all of it, where it did not, and sends it under its own id', () => {
      const next = new Person().begin({ draft: 'hello' });
      assert.equal(next.field.value, 'hello wor');
      next.clears();
      next.types('hello').press('Enter');
      assert.equal(next.sent[0]?.messageId, person.sent[0]?.messageId);
    });

    it('lets it leave where the host says later that it has it', () => {
      const next = new Person().begin({ draft: 'hello' });
      next.composer.accepted(person.sent[0]?.messageId ?? '');
      assert.equal(next.field.value, ' wor');
    });
  });

  describe('while a question waits', () => {
    const answers = (): (string | undefined)[] => person.sent.map(({ answerTo }) => answerTo);

    it('answers it by what is written in an input that was empty before it', () => {
      person.asks(question);
      person.types('b').press('Enter');
      assert.deepEqual(answers(), ['q']);
    });

    it('does not answer it by what was begun before it', () => {
      person.types('and the tes');
      person.asks(question);
      person.types('ts').press('Enter');
      person.accept();
      person.types('b').press('Enter');
      assert.deepEqual(answers(), [undefined, 'q']);
    });

    it('does not answer it by what was taken back from the queue, until the input was empty', () => {
      person.asks(question);
      person.composer.withdrawn('queued');
      person.types('!').press('Enter');
      person.composer.refused(person.sent[0]?.messageId ?? '', 'no');
      person.clears();
      person.types('b').press('Enter');
      assert.deepEqual(answers(), [undefined, 'q']);
    });

    it('does not answer it by what was removed from the queue and is brought back by Up, once', () => {
      person.last = 'sent before';
      person.composer.removed('removed');
      person.asks(question);
      person.press('ArrowUp');
      assert.equal(person.field.value, 'removed');
      person.press('Enter');
      assert.deepEqual(answers(), [undefined]);
      person.accept();
      person.press('ArrowUp');
      assert.equal(person.field.value, 'sent before');
    });

    it('does not answer the next one by what was written for one that is past', () => {
      person.asks(question);
      person.types('half');
      person.asks(undefined);
      person.asks({ ...question, id: 'next' });
      person.press('Enter');
      assert.deepEqual(answers(), [undefined]);
    });

    it('does not answer by words one that takes only its choices', () => {
      person.asks({ ...question, free: false });
      person.types('b').press('Enter');
      assert.deepEqual(answers(), [undefined]);
    });

    it('goes on with an answer in the next page, and with no other text', () => {
      person.asks(question);
      person.types('b');
      person = new Person().begin({ draft: 'b' });
      person.asks(question);
      person.press('Enter');
      assert.deepEqual(answers(), ['q']);
      person.accept();
      person.asks(undefined);
      person.types('half');
      person = new Person().begin({ draft: 'half' });
      person.asks(question);
      person.press('Enter');
      assert.deepEqual(answers(), [undefined]);
    });
  });
});
