import * as assert from 'node:assert/strict';
import type { ToolItem } from '../../../../src/protocol/webview.ts';
import { Cards, type CardPlace } from '../../../../src/webview/chat/Cards.ts';
import { FakePage } from '../FakePage.ts';

const approval = { approvalId: 'a', argumentsHash: 'hash', askedAt: '2026-11-22T10:00:00.000Z', rule: 'rule' };
const item: ToolItem = { kind: 'tool', id: 'call', tool: 'write_file', state: 'waiting', object: 'src/a.ts', approval };
const inView: CardPlace = { at: '1', top: true, bottom: true, fits: true };

describe('The cards of calls that wait', () => {
  let page: FakePage;
  let place: CardPlace | undefined;
  let shown: string[];
  let settle: (() => void) | undefined;
  let cards: Cards;
  beforeEach(() => {
    page = new FakePage();
    page.install();
    place = inView;
    shown = [];
    settle = undefined;
    cards = new Cards({ place: () => place, shown: (id) => shown.push(id), say: () => undefined, changed: () => settle?.(), now: () => Date.parse(approval.askedAt) });
    cards.update([item]);
  });
  afterEach(() => {
    cards.update([]);
    page.remove();
  });

  /** Resolves when a press of Approve counts. */
  const ready = (): Promise<void> =>
    new Promise((resolve) => {
      settle = () => {
        if (cards.state('a').ready) resolve();
      };
      cards.look();
    });
  const press = (pointer = false): boolean => cards.press('a', { pointer }) !== undefined;

  it('count no press before they stood a moment, then one, with the hash of what was shown', async () => {
    cards.look();
    assert.equal(press(), false);
    await ready();
    assert.deepEqual(cards.press('a', { pointer: false }), { argumentsHash: 'hash' });
    assert.equal(cards.state('a').pressed, true);
    assert.equal(press(), false);
  });

  it('count no press of what moved, also where nobody has drawn it yet', async () => {
    await ready();
    place = { ...inView, at: '2' };
    assert.equal(press(), false);
    assert.equal(cards.state('a').ready, false);
    await ready();
    assert.equal(press(), true);
  });

  it('count nothing while a part is out of view, and are shown when all of it was in view', async () => {
    place = { ...inView, top: false };
    cards.look();
    assert.deepEqual([shown, press()], [[], false]);
    place = inView;
    await ready();
    cards.look();
    assert.deepEqual(shown, ['a']);
    place = { ...inView, bottom: false };
    assert.equal(press(), false);
  });

  it('count where one that is larger than its room was seen from its beginning to its end', async () => {
    place = { at: '1', top: false, bottom: true, fits: false };
    cards.look();
    assert.deepEqual(shown, []);
    place = { at: '2', top: true, bottom: false, fits: false };
    cards.look();
    assert.deepEqual(shown, []);
    place = { at: '3', top: false, bottom: true, fits: false };
    await ready();
    assert.deepEqual(shown, ['a']);
    assert.equal(press(), true);
  });

  it('count a click only where it began on an Approve that counts', async () => {
    cards.look();
    cards.begin('a');
    await ready();
    assert.equal(press(true), false);
    cards.begin('a');
    assert.equal(press(true), true);
  });

  it('count nothing in a hidden page or without the focus, and wait anew when the page is uncovered', async () => {
    await ready();
    page.show('hidden');
    assert.equal(press(), false);
    page.show('visible');
    assert.equal(press(), false);
    await ready();
    page.blur();
    assert.equal(press(), false);
  });

  it('can be pressed again where the host refused, and say why until then', async () => {
    await ready();
    press();
    cards.refused('a', 'The disk is full.');
    assert.deepEqual([cards.state('a').problem, cards.state('a').pressed, press()], ['The disk is full.', false, false]);
    await ready();
    assert.equal(press(), true);
    assert.equal(cards.state('a').problem, undefined);
  });

  it('can be pressed again where the host says that it still waits', async () => {
    await ready();
    press();
    cards.update([{ ...item }]);
    assert.equal(cards.state('a').pressed, true);
    cards.reset();
    assert.equal(press(), true);
  });

  it('wait anew for a question that takes the place of another one', async () => {
    await ready();
    cards.update([{ ...item, approval: { ...approval, approvalId: 'b' } }]);
    cards.look();
    assert.deepEqual([press(), cards.press('b', { pointer: false }), cards.state('a').ready], [false, undefined, false]);
    assert.deepEqual(shown, ['a', 'b']);
  });
});
