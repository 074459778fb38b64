import * as assert from 'node:assert/strict';
import { KeptDraft } from '../../../../src/vscode/dialogs/KeptDraft.ts';
import { MemoryDrafts } from '../../../support/MemoryDrafts.ts';
import { ManualClock, MemoryLog } from '../../../support/ports.ts';

describe('What is typed for a question', () => {
  let drafts: MemoryDrafts;
  const clock = new ManualClock();
  beforeEach(() => {
    drafts = new MemoryDrafts();
  });

  const ask = (): KeptDraft => new KeptDraft({ drafts, clock, log: new MemoryLog(), sessionId: 's', callId: 'call' });

  it('is there when the call is asked about again: the feedback and the form, under keys of the session', () => {
    const kept = ask();
    assert.equal(kept.typed, false);
    kept.feedback('Rather not');
    kept.edit({ path: 'a.ts', create_dirs: false });
    kept.dispose();
    assert.deepEqual([...drafts.texts.keys()], ['s/call', 's/call/edit']);
    assert.deepEqual(ask().draft, { feedback: 'Rather not', edit: { path: 'a.ts', create_dirs: false } });
    assert.equal(ask().typed, true);
  });

  it('is gone with its call, and an edit that was taken back is gone at once', () => {
    const kept = ask();
    kept.edit({ path: 'a.ts' });
    kept.dispose();
    const again = ask();
    again.edit(null);
    again.dispose();
    assert.deepEqual([...drafts.texts], []);
    kept.feedback('x');
    kept.edit({ path: 'b.ts' });
    kept.forget();
    assert.deepEqual([...drafts.texts], []);
  });

  it('is no form where what was kept is none', () => {
    for (const text of ['{', '[]', '{"path":{"a":1}}']) {
      drafts.texts.set('s/call/edit', text);
      assert.equal(ask().draft.edit, undefined, text);
    }
  });
});
