import * as assert from 'node:assert/strict';
import { goodbyeLeftDeadTabs, matchTabs, unknownTabs, type LeftOverChat, type PageTab } from '../../../../src/vscode/panel/leftOverTabs.ts';

const tab = (label: string, viewColumn: number, shown = true): PageTab => ({ label, viewColumn, shown });
const chat = (title: string, viewColumn = 1): LeftOverChat => ({ title, viewColumn });

describe('Tabs that are none of this host’s', () => {
  it('are all, while this host has none', () => {
    const tabs = [tab('one', 1), tab('two', 2)];
    assert.deepEqual(unknownTabs(tabs, []), tabs);
  });

  it('are what its own leave over', () => {
    const tabs = [tab('one', 1, false), tab('two', 1)];
    assert.deepEqual(unknownTabs(tabs, [tab('two', 1)]), [tabs[0]]);
  });

  it('are told from a new tab of the same session: that one is in front, or behind the old one', () => {
    const old = tab('one', 1, false);
    const another = tab('one', 1);
    assert.deepEqual(unknownTabs([another, old], [tab('one', 1)]), [old]);
    assert.deepEqual(unknownTabs([old, another], [tab('one', 1, false)]), [another]);
  });
});

describe('Tabs of hosts that said goodbye', () => {
  it('are dead where one that is seen was not brought back', () => {
    assert.ok(goodbyeLeftDeadTabs([tab('hidden', 1, false), tab('seen', 2)]));
  });

  it('are brought back by VS Code where those that are seen were', () => {
    assert.ok(!goodbyeLeftDeadTabs([tab('hidden', 1, false)]));
    assert.ok(!goodbyeLeftDeadTabs([]));
  });
});

describe('Chats of hosts that ended', () => {
  it('are those of this window’s tabs, and none that stood in another window', () => {
    const mine = tab('mine', 1);
    const found = matchTabs([mine], [chat('another window’s'), chat('mine')]);
    assert.deepEqual(found, [{ tab: mine, chat: chat('mine') }]);
    assert.deepEqual(matchTabs([], [chat('another window’s')]), []);
  });

  it('are no more than there are tabs', () => {
    const tabs = [tab('New session', 2)];
    assert.deepEqual(matchTabs(tabs, [chat('New session', 1), chat('New session', 2)]), [{ tab: tabs[0], chat: chat('New session', 2) }]);
  });

  it('are found by their titles where a tab stands in another column by now', () => {
    const tabs = [tab('one', 3), tab('two', 1), tab('something else', 1)];
    const found = matchTabs(tabs, [chat('one'), chat('two')]);
    assert.deepEqual(found.map((pair) => [pair.tab.label, pair.chat.title]).toSorted(), [
      ['one', 'one'],
      ['two', 'two'],
    ]);
  });
});
