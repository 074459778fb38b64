import * as assert from 'node:assert/strict';
import { readFile } from '../../../../src/core/tools/ide/readFile.ts';
import { writeFile } from '../../../../src/core/tools/ide/writeFile.ts';
import { argumentsOf, fieldsOf } from '../../../../src/vscode/dialogs/approvalFields.ts';

const write = { path: 'src/a.ts', content: 'const a = 1;\n', create_dirs: true, backup: false };

describe('The form of a call', () => {
  it('is made from the tool’s schema', () => {
    assert.deepEqual(
      fieldsOf(writeFile.parameters, write).map(({ name, kind, required, value }) => [name, kind, required, value]),
      [
        ['path', 'text', true, 'src/a.ts'],
        ['content', 'lines', true, 'const a = 1;\n'],
        ['create_dirs', 'boolean', false, true],
        ['backup', 'boolean', false, false],
      ],
    );
    const [path] = fieldsOf(writeFile.parameters, write);
    assert.equal(path?.description, 'Path of the file, relative to the workspace');
    assert.deepEqual(
      fieldsOf(readFile.parameters, { path: 'a.ts', start_line: 2 }).map(({ name, kind, value }) => [name, kind, value]),
      [
        ['path', 'text', 'a.ts'],
        ['start_line', 'number', 2],
        ['end_line', 'number', undefined],
        ['encoding', 'text', undefined],
      ],
    );
  });

  it('gives several lines to a text that has them, and none to what is no text, number or yes and no', () => {
    const parameters = { type: 'object', properties: { note: { type: 'string' }, tags: { type: 'array' } } };
    assert.deepEqual(fieldsOf(parameters, { note: 'a\nb', tags: [1] }), [{ name: 'note', description: '', kind: 'lines', required: false, value: 'a\nb' }]);
    assert.deepEqual(argumentsOf(parameters, { note: 'a\nb', tags: [1] }, { note: 'c' }), { ok: true, arguments: { note: 'c', tags: [1] } });
    assert.deepEqual(fieldsOf(undefined, {}), []);
  });

  it('leaves out what is optional and empty, and reads numbers as they are typed', () => {
    const made = argumentsOf(readFile.parameters, { path: 'a.ts', end_line: 9 }, { path: 'b.ts', start_line: ' 12 ', end_line: '', encoding: '' });
    assert.deepEqual(made, { ok: true, arguments: { path: 'b.ts', start_line: 12 } });
    assert.deepEqual(argumentsOf(writeFile.parameters, write, { ...write, content: '' }), { ok: true, arguments: { ...write, content: '' } });
  });

  it('takes no argument that the schema does not have', () => {
    assert.deepEqual(argumentsOf(writeFile.parameters, write, { ...write, approved: true }), { ok: true, arguments: write });
  });

  for (const [field, value, message] of [
    ['start_line', 'two', 'A number, in digits.'],
    ['start_line', '1.5', 'A whole number.'],
    ['start_line', '0', 'At least 1.'],
    ['start_line', true, 'A number, in digits.'],
    ['path', '', 'It cannot be empty.'],
    ['path', 7, 'A text.'],
  ] as const) {
    it(`says of ${field} ${JSON.stringify(value)}: ${message}`, () => {
      assert.deepEqual(argumentsOf(readFile.parameters, { path: 'a.ts' }, { path: 'a.ts', [field]: value }), { ok: false, problems: [{ field, message }] });
    });
  }
});
