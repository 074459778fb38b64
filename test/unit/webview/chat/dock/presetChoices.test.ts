import * as assert from 'node:assert/strict';
import { presets, presetWords } from '../../../../../src/protocol/policy.ts';
import type { ChatState } from '../../../../../src/protocol/webview.ts';
import { presetChoices } from '../../../../../src/webview/chat/dock/presetChoices.ts';
import { invalidWords } from '../../../../../src/webview/chat/dock/stateRows.ts';
import { freedom } from '../../../../../src/webview/chat/emptyChat.ts';

type Approvals = ChatState['approvals'];

const approvals: Approvals = { preset: 'askWrites', enabled: true, invalid: [], choices: presets.map((preset) => ({ preset, ...presetWords[preset] })) };
const faces = (more: Partial<Approvals>, workspace: ChatState['workspace'] = 'open'): string => {
  const { face } = presetChoices({ approvals: { ...approvals, ...more }, workspace, owner: 'here' });
  return `${face.icon}: ${face.words}`;
};

describe('The preset under the input', () => {
  it('is readable in words, also without a folder', () => {
    assert.equal(faces({}), 'shield: Ask for writes and commands');
    assert.equal(faces({ preset: 'trustEdits' }, 'none'), 'shield: Trust edits in the workspace');
  });

  it('says what holds in its place', () => {
    assert.equal(faces({ preset: 'trustEdits' }, 'untrusted'), 'shield: Read only, not trusted');
    assert.equal(faces({ enabled: false }), 'warning: Approvals are off');
    // nothing is written, whatever the switch says
    assert.equal(faces({ enabled: false, preset: 'readOnly' }), 'shield: Read only');
    assert.match(presetChoices({ approvals: { ...approvals, enabled: false }, workspace: 'open', owner: 'here' }).tip, /agentRuntime\.approvals\.enabled/);
  });

  it('has four choices, and none to take in a window that only reads', () => {
    const view = presetChoices({ approvals, workspace: 'open', owner: 'elsewhere' });
    assert.deepEqual(view.choices.map(({ title }) => title), ['Ask for everything', 'Ask for writes and commands', 'Trust edits in the workspace', 'Read only']);
    assert.equal(view.enabled, false);
  });

  it('goes with what an empty chat says of it', () => {
    const said = presets.map((preset) => freedom({ ...approvals, preset }));
    assert.equal(new Set(said).size, 4);
    assert.match(freedom({ ...approvals, enabled: false }), /^Approvals are off/);
    assert.equal(freedom({ ...approvals, enabled: false, preset: 'readOnly' }), said[3]);
  });
});

describe('Rules that are not valid', () => {
  it('are counted', () => {
    const rule = 'Rule 1 in agentRuntime.approvals.rules is not valid, so it counts as “ask”: tool';
    assert.equal(invalidWords([rule]), '1 rule in your settings is not valid and counts as “ask”');
    assert.equal(invalidWords([rule, rule]), '2 rules in your settings are not valid and count as “ask”');
    assert.equal(invalidWords(['agentRuntime.approvals.rules is no list.', rule]), '2 settings of approvals are not valid and count as “ask”');
  });
});
