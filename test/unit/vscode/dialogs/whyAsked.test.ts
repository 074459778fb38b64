import * as assert from 'node:assert/strict';
import type { EventData } from '../../../../src/protocol/events.ts';
import type { Words } from '../../../../src/protocol/approvalWebview.ts';
import { strangeCharacters } from '../../../../src/vscode/dialogs/strangeCharacters.ts';
import { whyAsked } from '../../../../src/vscode/dialogs/whyAsked.ts';

const data: EventData<'hitl.approval.requested'> = {
  callId: 'c',
  tool: 'write_file',
  approvalId: 'a',
  agent: 'coder',
  arguments: {},
  argumentsHash: 'h',
  rule: 'write_file asks · preset Ask for writes and commands',
  source: 'preset',
  reason: 'Writes ask first.',
  preview: { path: 'src/a.ts', created: false },
};
const folders = [{ name: 'shop', root: '/shop' }];
const text = (words: Words): string => words.map((part) => (typeof part === 'string' ? part : `<${part.code}>`)).join('');
const reasons = (change: Partial<typeof data>, paths = [{ relative: 'src/a.ts', real: 'src/a.ts' }], again = false) => {
  const why = whyAsked({ ...data, ...change }, { paths, folders, again });
  return { rule: text(why.rule), checked: text(why.checked).trim() };
};

describe('Why the person is asked', () => {
  it('names the preset', () => {
    assert.deepEqual(reasons({}), {
      rule: '<write_file> asks · preset Ask for writes and commands. Writes ask first.',
      checked: 'Inside the workspace, not protected, no link on the path.',
    });
  });

  it('names a rule as it is written and where it is from, whatever it holds', () => {
    const rule = '{"tool":"write_file","path":"a`b","effect":"ask"}';
    assert.equal(reasons({ rule, source: 'user', reason: 'A rule in your settings asks.' }).rule, `<${rule}> · a rule in your settings. A rule in your settings asks.`);
    assert.equal(reasons({ rule, source: 'session' }, undefined, true).rule, `<${rule}> · a rule for this session.`);
  });

  it('says what protects a file, and where a link leads', () => {
    assert.equal(reasons({ source: 'protected' }, [{ relative: '.env', real: '.env' }], true).checked, 'Inside the workspace, no link on the path. Protected: <.env> is a file for keys or credentials.');
    // the reason says it
    assert.equal(reasons({ source: 'protected' }, [{ relative: '.env', real: '.env' }]).checked, 'Inside the workspace, no link on the path.');
    assert.equal(reasons({}, [{ relative: 'src/a.ts', real: 'lib/a.ts' }]).checked, 'Inside the workspace, not protected. <src/a.ts> leads to <lib/a.ts> through a link.');
  });

  it('names what cannot be seen and what looks alike in a path', () => {
    assert.match(reasons({}, [{ relative: 'src/\u202ets.a', real: 'src/\u202ets.a' }]).checked, /look like others: U\+202E/);
    assert.match(strangeCharacters('src/p\u0430th.ts') ?? '', /look like others: U\+0430/);
    for (const plain of ['src/a.ts', 'docs/читать', 'λόγος/a.md', 'größe.ts']) assert.equal(strangeCharacters(plain), undefined, plain);
  });
});
