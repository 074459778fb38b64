import * as assert from 'node:assert/strict';
import { writeFile } from '../../../../src/core/tools/ide/writeFile.ts';
import type { Preview } from '../../../../src/core/tools/ToolExecutor.ts';
import type { EditCheck } from '../../../../src/protocol/approvalWebview.ts';
import { EditChecks } from '../../../../src/vscode/dialogs/EditChecks.ts';

const given = { path: 'a.ts', content: 'a', create_dirs: true, backup: false };

describe('Checking an edit', () => {
  let answers: [number, EditCheck][];
  let previewed: Record<string, unknown>[];
  let version: string;
  let gate: Promise<void>;
  let checks: EditChecks;
  beforeEach(() => {
    answers = [];
    previewed = [];
    version = '1';
    gate = Promise.resolve();
    checks = new EditChecks({
      data: { arguments: given },
      parameters: writeFile.parameters,
      preview: async (edited): Promise<Preview> => {
        previewed.push(edited);
        await gate;
        if (edited['path'] === '../x') return { ok: false, message: '../x is outside the workspace.' };
        const path = String(edited['path']);
        return { ok: true, argumentsHash: `${version} ${JSON.stringify(edited)}`, arguments: edited, preview: { path, created: true }, files: [{ path, before: null, after: String(edited['content']) }], paths: [] };
      },
      checked: () => ['Inside the workspace.'],
      answer: (revision, check) => answers.push([revision, check]),
    });
  });

  const hash = (content: string): string => `${version} ${JSON.stringify({ ...given, content })}`;

  it('says what is wrong by the schema without asking further, and by the call else', async () => {
    await checks.check({ revision: 1, values: { ...given, path: '' } });
    await checks.check({ revision: 2, values: { ...given, path: '../x' } });
    assert.deepEqual(answers, [
      [1, { ok: false, problems: [{ field: 'path', message: 'It cannot be empty.' }] }],
      [2, { ok: false, problems: [{ message: '../x is outside the workspace.' }] }],
    ]);
    assert.equal(previewed.length, 1);
    assert.equal(checks.files, undefined);
  });

  it('answers the latest alone, however fast they come', async () => {
    const held = Promise.withResolvers<undefined>();
    gate = held.promise.then(() => undefined);
    const done = checks.check({ revision: 1, values: { ...given, content: 'b' } });
    for (const [revision, content] of [[2, 'bc'], [3, 'bcd']] as const) void checks.check({ revision, values: { ...given, content } });
    held.resolve(undefined);
    await done;
    assert.deepEqual(answers.map(([revision, check]) => [revision, check.ok]), [[3, true]]);
    assert.deepEqual(previewed.map(({ content }) => content), ['b', 'bcd']);
    assert.equal(checks.files?.[0]?.after, 'bcd');
  });

  it('confirms what was shown, with the arguments of its own check', async () => {
    await checks.check({ revision: 1, values: { ...given, content: 'b' } });
    assert.deepEqual(await checks.confirm({ ...given, content: 'b', more: true }, hash('b')), { arguments: { ...given, content: 'b' }, argumentsHash: hash('b') });
  });

  it('confirms nothing that was not shown, and nothing that is another by now', async () => {
    assert.equal(await checks.confirm({ ...given, content: 'b' }, hash('b')), undefined);
    await checks.check({ revision: 1, values: { ...given, content: 'b' } });
    assert.equal(await checks.confirm({ ...given, content: 'c' }, hash('b')), undefined);
    await checks.check({ revision: 2, values: { ...given, content: 'b' } });
    const shown = hash('b');
    version = '2';
    answers.length = 0;
    assert.equal(await checks.confirm({ ...given, content: 'b' }, shown), undefined);
    assert.deepEqual(answers.map(([revision, check]) => [revision, check.ok && check.argumentsHash]), [[2, hash('b')]]);
  });

  it('forgets an edit that was taken back', async () => {
    await checks.check({ revision: 1, values: { ...given, content: 'b' } });
    await checks.check(undefined);
    assert.equal(checks.files, undefined);
    assert.equal(await checks.confirm({ ...given, content: 'b' }, hash('b')), undefined);
  });
});
