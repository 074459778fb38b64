import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { resolveWorkspacePath } from '../../../../src/core/tools/ide/workspacePath.ts';
import { NodeWorkspace } from '../../../support/NodeWorkspace.ts';

describe('resolveWorkspacePath', () => {
  let home: string;
  let root: string;
  let workspace: NodeWorkspace;
  beforeEach(() => {
    home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'ar-path-')));
    root = path.join(home, 'project');
    fs.mkdirSync(path.join(root, 'src'), { recursive: true });
    fs.mkdirSync(path.join(home, 'secret'));
    fs.writeFileSync(path.join(home, 'secret', 'key'), 'k');
    workspace = new NodeWorkspace(root);
  });
  afterEach(() => fs.rmSync(home, { recursive: true }));

  const relative = async (input: string): Promise<string> => (await resolveWorkspacePath(workspace, input)).relative;

  it('takes paths in the workspace, relative and absolute, existing and new', async () => {
    assert.equal(await relative('src/a.ts'), 'src/a.ts');
    assert.equal(await relative('./src/../src/a.ts'), 'src/a.ts');
    assert.equal(await relative(path.join(root, 'new/deep/b.ts')), 'new/deep/b.ts');
    assert.equal(await relative('.'), '.');
    assert.equal(await relative('..name.md'), '..name.md');
  });

  for (const input of ['../secret/key', 'src/../../secret/key', '..', '/etc/passwd', '../project-2/a']) {
    it(`refuses ${input}`, async () => {
      await assert.rejects(relative(input), /outside the workspace/);
    });
  }

  it('refuses a NUL character, which could end the name early', async () => {
    await assert.rejects(relative('src/a.ts\0.md'), /NUL character/);
  });

  it('refuses a link out of the workspace, also for a file that is not there yet', async () => {
    fs.symlinkSync(path.join(home, 'secret'), path.join(root, 'link'));
    await assert.rejects(relative('link/key'), /through a link/);
    await assert.rejects(relative('link/new.txt'), /through a link/);
  });

  it('refuses a link to a file that is not there yet, wherever it leads', async () => {
    fs.symlinkSync(path.join(home, 'secret', 'new'), path.join(root, 'notes.md'));
    await assert.rejects(relative('notes.md'), /a link that leads nowhere/);
  });

  it('takes a link that stays inside', async () => {
    fs.symlinkSync(path.join(root, 'src'), path.join(root, 'inside'));
    assert.equal(await relative('inside/a.ts'), 'inside/a.ts');
  });

  it('says that there is nothing to work on without a folder', async () => {
    await assert.rejects(resolveWorkspacePath(new NodeWorkspace(), 'a'), /No folder is open/);
  });

  it('finds the folder by its name where there are several', async () => {
    const other = path.join(home, 'other');
    fs.mkdirSync(other);
    workspace = new NodeWorkspace(root, other);
    assert.deepEqual(await resolveWorkspacePath(workspace, 'other/a.ts'), { absolute: path.join(other, 'a.ts'), relative: 'other/a.ts', real: 'other/a.ts' });
    assert.equal(await relative('src/a.ts'), 'project/src/a.ts');
    await assert.rejects(relative('other/../project/a.ts'), /outside the workspace/);
  });
});
