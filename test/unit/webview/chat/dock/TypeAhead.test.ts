import * as assert from 'node:assert/strict';
import { TypeAhead } from '../../../../../src/webview/chat/dock/TypeAhead.ts';

const names = ['Auto', 'Coder', 'Architect', 'Debug', 'Ask'];

describe('Typing in a list', () => {
  /** Where the list is after each key; a key in capitals comes after a pause. */
  const jumps = (keys: string, from = 0): number[] => {
    const typeAhead = new TypeAhead();
    let active = from;
    let at = 0;
    return Array.from(keys, (key) => {
      at += key === key.toLowerCase() ? 100 : 5_000;
      active = typeAhead.find({ key, at }, names, active) ?? active;
      return active;
    });
  };

  for (const [keys, from, places] of [
    ['d', 0, [3]],
    ['ar', 0, [2, 2]],
    ['as', 0, [2, 4]],
    ['aaa', 0, [2, 4, 0]],
    ['x', 1, [1]],
    ['dC', 0, [3, 1]],
    ['a', 4, [0]],
  ] as const) {
    it(`goes by “${keys}” from ${names[from]} to ${places.map((place) => names[place]).join(', ')}`, () => assert.deepEqual(jumps(keys, from), places));
  }
});
