import * as assert from 'node:assert/strict';
import { DraftKeeper } from '../../../../src/webview/chat/DraftKeeper.ts';
import { inputAtBeginning } from '../../../../src/webview/chat/inputAtBeginning.ts';
import { FakePage } from '../FakePage.ts';

describe('The input when its page begins', () => {
  const known = { standing: '', typed: undefined, draft: '', sent: [] as readonly string[] };

  for (const [name, texts, expected] of [
    ['holds the draft', { draft: 'a draft' }, 'a draft'],
    ['holds what was typed and never reached the host rather than the older draft', { draft: 'half', typed: 'half and half' }, 'half and half'],
    ['holds the draft where what was typed arrived as a message', { draft: 'a draft', typed: 'sent', sent: ['sent'] }, 'a draft'],
    ['does not bring back a draft that arrived as a message', { draft: 'sent', sent: ['sent'] }, ''],
    ['keeps the owner’s draft at a takeover, before what was typed here', { standing: 'x', draft: 'a long text' }, 'a long text\n\nx'],
    ['keeps what never reached the host at a takeover too', { standing: 'x', typed: 'a long text' }, 'a long text\n\nx'],
    ['holds a text once that is both draft and input', { standing: 'a draft', draft: 'a draft' }, 'a draft'],
    ['holds a draft once that was written on', { standing: 'a draft, and more', draft: 'a draft' }, 'a draft, and more'],
    ['leaves what stands there alone where nothing was kept', { standing: 'x' }, 'x'],
    ['does not bring back what arrived in the queue, or as an answer', { typed: 'queued', draft: 'answered', sent: ['sent', 'answered', 'queued'] }, ''],
    ['holds what was taken back from the queue, though only the text behind it was typed here', { typed: 'typed', draft: 'queued\n\ntyped' }, 'queued\n\ntyped'],
    ['joins nothing that arrived as a message', { standing: 'x', draft: 'sent', sent: ['sent'] }, 'x'],
  ] as const) {
    it(name, () => assert.equal(inputAtBeginning({ ...known, ...texts }), expected));
  }
});

describe('DraftKeeper', () => {
  let page: FakePage;
  let posted: string[];
  beforeEach(() => {
    page = new FakePage();
    page.install();
    posted = [];
  });
  afterEach(() => page.remove());

  const keeper = (): DraftKeeper => new DraftKeeper((text) => posted.push(text));

  it('tells the host when the page may go, each text once', () => {
    const drafts = keeper();
    drafts.begin('s', 'here', '');
    drafts.changed('a');
    drafts.changed('ab');
    assert.deepEqual(posted, []);
    page.blur();
    page.blur();
    assert.deepEqual(posted, ['ab']);
  });

  it('tells the host a moment after typing', async () => {
    const told = new Promise<string>((resolve) => {
      const drafts = new DraftKeeper(resolve);
      drafts.begin('s', 'here', '');
      drafts.changed('a');
    });
    assert.equal(await told, 'a');
  });

  it('gives the next page what the host did not confirm, and nothing that it did', () => {
    const drafts = keeper();
    drafts.begin('s', 'here', '');
    drafts.changed('half');
    page.blur();
    drafts.confirmed('half');
    assert.equal(keeper().begin('s', 'here', 'half'), undefined);
    drafts.changed('half and half');
    assert.equal(keeper().begin('another', 'here', ''), undefined);
    assert.equal(keeper().begin('s', 'here', 'half'), 'half and half');
  });

  it('posts nothing while the session is another window’s, and keeps it for that side alone', () => {
    const drafts = keeper();
    drafts.begin('s', 'elsewhere', '');
    drafts.changed('x');
    page.blur();
    assert.deepEqual(posted, []);
    assert.equal(keeper().begin('s', 'elsewhere', ''), 'x');
    drafts.changed('x');
    assert.equal(keeper().begin('s', 'here', ''), undefined);
  });

  it('at a takeover tells the host the text that the input holds then', () => {
    const drafts = keeper();
    drafts.begin('s', 'elsewhere', '');
    drafts.changed('x');
    drafts.begin('s', 'here', 'a long text');
    drafts.changed('a long text\n\nx');
    page.blur();
    assert.deepEqual(posted, ['a long text\n\nx']);
    assert.deepEqual([...page.kept.values()], ['a long text\n\nx']);
    drafts.confirmed('a long text\n\nx');
    assert.equal(page.kept.size, 0);
  });

  it('does without a browser that keeps nothing', () => {
    page.kept.set = () => {
      throw new Error('The quota is used up.');
    };
    const drafts = keeper();
    drafts.begin('s', 'here', '');
    drafts.changed('a');
    page.blur();
    assert.deepEqual(posted, ['a']);
  });
});
