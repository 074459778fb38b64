import * as assert from 'node:assert/strict';
import { plainPath } from '../../../../src/text/hiddenText.ts';
import { ScriptedModel, write } from '../../../support/ScriptedModel.ts';
import { TestCore } from '../../../support/TestCore.ts';

/** Paths that look like others, and how a person is shown them. */
const tricks: [what: string, path: string, shown: string, protectedAs: boolean][] = [
  ['text that is turned around', 'src/\u202egnp.exe', 'src/ U+202E gnp.exe', false],
  ['an isolate', 'src/\u2066a\u2069.md', 'src/ U+2066 a U+2069 .md', false],
  ['a Cyrillic letter', 'p\u0430ckage.json', 'p U+0430 ckage.json', false],
  ['a word of look-alikes', '\u0441\u043e\u0440\u0443.ts', ' U+0441  U+043E  U+0440  U+0443 .ts', false],
  ['a slash that is none', 'src\u2215..\u2215a', 'src U+2215 .. U+2215 a', false],
  ['a dot that is none', '\u2024git/config', ' U+2024 git/config', true],
  ['what has no width', '.g\u200bit/config', '.g U+200B it/config', true],
  ['full width', '.\uff45\uff4e\uff56', '. U+FF45  U+FF4E  U+FF56 ', true],
  ['spaces that hide the end', 'notes.md                    .exe', `notes.md ${' U+0020 '.repeat(19)}.exe`, false],
  ['a line feed', 'a.md\nApproved b.md', 'a.md U+000A Approved b.md', false],
  ['a no-break space', '.env\u00a0', '.env U+00A0 ', true],
];

describe('A path that deceives the eye', () => {
  for (const [what, path, shown, protectedAs] of tricks) {
    it(`by ${what} is shown plainly${protectedAs ? ', and asks as what it imitates' : ''}`, async () => {
      const core = new TestCore(new ScriptedModel([write(path, 'x'), { text: 'Done.' }]));
      try {
        await core.open();
        core.core.policy.choosePreset(protectedAs ? 'trustEdits' : 'askWrites', 'chat');
        core.decideAll(() => ({ decision: 'reject', feedback: '' }));
        await core.turn('Write it');
        const { data } = core.of('hitl.approval.requested')[0] ?? assert.fail('nobody was asked');
        assert.equal(data.source, protectedAs ? 'protected' : 'preset');
        assert.equal(plainPath(data.preview.path), shown);
        assert.equal(plainPath(`Create ${data.preview.path}?`), `Create ${shown}?`);
        const row = core.session.transcript.items.find((item) => item.kind === 'tool');
        assert.ok(row?.kind === 'tool');
        assert.equal(plainPath(row.object), shown);
      } finally {
        core.dispose();
      }
    });
  }
});
