import * as assert from 'node:assert/strict';
import { AllowForm, matchWords, ruleText } from '../../../../src/webview/approval/AllowForm.ts';

const now = new Date(2026, 4, 3, 14, 30, 5, 250);
const form = (): AllowForm =>
  new AllowForm('write_file', { agent: 'coder', paths: [{ glob: 'src/a.ts', title: 'This file' }, { glob: 'src/**', title: '' }], scopes: ['session', 'workspace'] }, now);

describe('Allow from now on', () => {
  it('begins with the narrowest of everything', () => {
    const { rule, scope } = form();
    const expires = new Date(2026, 4, 3, 15, 30, 5).toISOString().replace('.000Z', 'Z');
    assert.deepEqual(rule, { tool: 'write_file', agent: 'coder', path: 'src/a.ts', effect: 'allow', expires });
    assert.equal(scope, 'session');
    assert.equal(ruleText(rule), `{ "tool": "write_file", "agent": "coder", "path": "src/a.ts", "effect": "allow", "expires": "${expires}" }`);
  });

  it('is wider where the person chooses that, for the call’s tool alone', () => {
    const wide = form();
    wide.anyAgent = true;
    wide.glob = 'src/**';
    wide.chooseUntil('never', now);
    assert.deepEqual(wide.rule, { tool: 'write_file', path: 'src/**', effect: 'allow' });
  });

  it('holds until tomorrow begins', () => {
    const day = form();
    day.chooseUntil('tomorrow', now);
    assert.equal(Date.parse(day.rule.expires ?? ''), new Date(2026, 4, 4).getTime());
  });

  it('says how many files it matches', () => {
    assert.deepEqual(
      [{ files: 38, more: false }, { files: 1, more: false }, { files: 0, more: false }, { files: 1_000, more: true }].map(matchWords),
      ['38 files today', '1 file today', 'No files today', 'More than 1000 files today'],
    );
  });
});
