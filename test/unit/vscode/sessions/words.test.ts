import * as assert from 'node:assert/strict';
import { age } from '../../../../src/vscode/sessions/age.ts';
import { foreignText } from '../../../../src/vscode/foreignText.ts';

describe('The age of a session', () => {
  const now = new Date(2026, 10, 22, 20, 30);
  for (const [time, words] of [
    [new Date(2026, 10, 22, 20, 30, 5), 'now'],
    [new Date(2026, 10, 22, 20, 29, 30), 'now'],
    [new Date(2026, 10, 22, 20, 25), '5 min ago'],
    [new Date(2026, 10, 22, 1, 30), '19 h ago'],
    [new Date(2026, 10, 21, 23, 0), 'yesterday'],
    [new Date(2026, 10, 21, 1, 0), 'yesterday'],
  ] as const) {
    it(words, () => assert.equal(age(time, now), words));
  }

  it('is a date before that, with the year where it is another one', () => {
    assert.match(age(new Date(2026, 10, 3), now), /3/);
    assert.doesNotMatch(age(new Date(2026, 10, 3), now), /2026/);
    assert.match(age(new Date(2025, 10, 3), now), /2025/);
  });
});

describe('What others wrote, in VS Code’s own surfaces', () => {
  it('keeps its words, and brings neither icons nor links', () => {
    assert.equal(foreignText('[x](command:y)'), '[x]\u2060(command:y)');
    const title = foreignText('Explain $(trash) and [this](command:workbench.action.quit)');
    assert.doesNotMatch(title, /\$\(|\]\(/);
    assert.equal(title.replaceAll('\u2060', ''), 'Explain $(trash) and [this](command:workbench.action.quit)');
  });
});
