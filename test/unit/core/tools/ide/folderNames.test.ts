import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { folderNames } from '../../../../../src/core/tools/ide/folderNames.ts';
import { resolveWorkspacePath } from '../../../../../src/core/tools/ide/workspacePath.ts';
import { NodeWorkspace } from '../../../../support/NodeWorkspace.ts';

describe('The names of the workspace’s folders', () => {
  const named = (...roots: string[]): string[] => folderNames(roots).map(({ name }) => name);

  it('are those on disk, whatever a workspace file shows', () => {
    assert.deepEqual(named('/a/app', '/a/docs'), ['app', 'docs']);
  });

  it('are no two alike, whatever their case, and do not depend on their order', () => {
    assert.deepEqual(named('/front/app', '/back/app', '/a/x/App', '/b/x/App'), ['app (front)', 'app (back)', '-a-x-App', '-b-x-App']);
    assert.deepEqual(named('/back/app', '/front/app'), ['app (back)', 'app (front)']);
  });

  it('are one segment of a path', () => {
    assert.deepEqual(named('/a\\b', '/'), ['a-b', 'folder']);
  });

  it('lead back to the file that a path was made of', async () => {
    const home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'ar-folders-')));
    try {
      const roots = ['front/app', 'back/app'].map((root) => path.join(home, root));
      for (const root of roots) fs.mkdirSync(root, { recursive: true });
      const workspace = new NodeWorkspace(...roots);
      for (const root of roots) {
        const file = path.join(root, 'LICENSE');
        const { relative } = await resolveWorkspacePath(workspace, file);
        assert.equal((await resolveWorkspacePath(workspace, relative)).absolute, file);
      }
    } finally {
      fs.rmSync(home, { recursive: true });
    }
  });
});
