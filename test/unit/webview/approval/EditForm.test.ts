import * as assert from 'node:assert/strict';
import type { ApprovalField, EditCheck } from '../../../../src/protocol/approvalWebview.ts';
import { EditForm } from '../../../../src/webview/approval/EditForm.ts';

const fields: ApprovalField[] = [
  { name: 'path', description: '', kind: 'text', required: true, value: 'a.ts' },
  { name: 'start', description: '', kind: 'number', required: false, value: 2 },
  { name: 'end', description: '', kind: 'number', required: false },
  { name: 'backup', description: '', kind: 'boolean', required: false },
];
const fine: EditCheck = { ok: true, argumentsHash: 'h', arguments: [], path: 'b.ts', created: true, checked: [] };

describe('The form of an edit', () => {
  it('begins with the call’s arguments, or with what was typed before', () => {
    assert.deepEqual(new EditForm(fields, undefined).values, { path: 'a.ts', start: '2', end: '', backup: false });
    const form = new EditForm(fields, { path: 'typed.ts' });
    assert.equal(form.values['path'], 'typed.ts');
    assert.equal(form.changed, true);
    assert.equal(form.changedIn('start'), false);
  });

  it('can be approved when its latest change is checked, and not before', () => {
    const form = new EditForm(fields, undefined);
    assert.equal(form.obstacle, 'Nothing is changed yet');
    form.set('path', 'b');
    form.set('path', 'b.ts');
    assert.equal(form.obstacle, 'Checking…');
    assert.equal(form.checked(1, fine), false);
    assert.equal(form.obstacle, 'Checking…');
    assert.equal(form.checked(2, fine), true);
    assert.equal(form.obstacle, undefined);
    assert.equal(form.shown, fine);
  });

  it('counts what is to be corrected, and shows no change meanwhile', () => {
    const form = new EditForm(fields, undefined);
    form.set('path', 'b.ts');
    form.checked(1, fine);
    form.set('path', '');
    form.checked(2, { ok: false, problems: [{ field: 'path', message: 'It cannot be empty.' }] });
    assert.equal(form.obstacle, '1 problem to correct');
    assert.equal(form.shown, undefined);
    form.checked(2, { ok: false, problems: [{ message: 'a' }, { message: 'b' }] });
    assert.equal(form.obstacle, '2 problems to correct');
  });

  it('shows what is wrong with the call at the field that the person changed, where it is one alone', () => {
    const form = new EditForm(fields, undefined);
    form.set('path', '../b.ts');
    form.checked(1, { ok: false, problems: [{ message: 'It is outside.' }] });
    assert.deepEqual(form.problems, [{ field: 'path', message: 'It is outside.' }]);
    form.set('backup', true);
    form.checked(2, { ok: false, problems: [{ message: 'It is outside.' }] });
    assert.deepEqual(form.problems, [{ message: 'It is outside.' }]);
  });

  it('is as the model wrote it after Reset, and answers under way count for nothing', () => {
    const form = new EditForm(fields, undefined);
    form.set('path', 'b.ts');
    form.reset();
    assert.equal(form.checked(1, fine), false);
    assert.deepEqual([form.values['path'], form.changed, form.obstacle, form.shown], ['a.ts', false, 'Nothing is changed yet', undefined]);
  });
});
