import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { resolveWorkspacePath } from '../../src/core/tools/ide/workspacePath.ts';
import { VscodeWorkspace } from '../../src/vscode/adapters/VscodeWorkspace.ts';

describe('VscodeWorkspace', () => {
  const workspace = new VscodeWorkspace();
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const at = (name: string): string => path.join(root, name);

  it('knows the folder that is open', () => {
    assert.deepEqual(workspace.folders(), [{ name: path.basename(root), root }]);
    assert.equal(workspace.trusted(), true);
  });

  it('writes, reads and lists files through VS Code', async () => {
    await workspace.createFolder(at('docs/deep'));
    await workspace.writeText(at('docs/deep/a.md'), 'Grüße\n');
    assert.equal(fs.readFileSync(at('docs/deep/a.md'), 'utf8'), 'Grüße\n');
    assert.equal(await workspace.readText(at('docs/deep/a.md')), 'Grüße\n');
    assert.deepEqual(await workspace.list(at('docs')), [{ name: 'deep', kind: 'folder', link: false }]);
    assert.deepEqual(await Promise.all(['docs', 'docs/deep/a.md', 'none', 'docs/deep/a.md/none'].map((name) => workspace.kind(at(name)))), [
      'folder',
      'file',
      'missing',
      'missing',
    ]);
  });

  it('tells links, and where they lead', async () => {
    fs.mkdirSync(at('target'));
    fs.symlinkSync(at('target'), at('link'));
    const entry = (await workspace.list(root)).find(({ name }) => name === 'link');
    assert.deepEqual(entry, { name: 'link', kind: 'folder', link: true });
    assert.equal(await workspace.realPath(at('link/new/file.md')), path.join(fs.realpathSync(root), 'target/new/file.md'));
    fs.symlinkSync('/etc', at('out'));
    await assert.rejects(resolveWorkspacePath(workspace, 'out/passwd'), /through a link/);
    fs.symlinkSync(path.join(path.dirname(root), 'not-there-yet'), at('dangling'));
    await assert.rejects(resolveWorkspacePath(workspace, 'dangling'), /a link that leads nowhere/);
  });

  it('reads no binary file as text, and any encoding that it is told', async () => {
    fs.writeFileSync(at('binary'), new Uint8Array([1, 0, 2]));
    await assert.rejects(workspace.readText(at('binary')), /binary is a binary file/);
    fs.writeFileSync(at('latin1.txt'), Buffer.from('Grüße', 'latin1'));
    assert.equal(await workspace.readText(at('latin1.txt'), 'iso88591'), 'Grüße');
  });

  it('writes no file whose bytes the diff would not show, and keeps a byte order mark', async () => {
    fs.writeFileSync(at('latin1.md'), Buffer.from('Grüße\nold\n', 'latin1'));
    await assert.rejects(workspace.readForWrite(at('latin1.md')), /latin1\.md is not in the encoding/);
    fs.writeFileSync(at('mark.md'), '\uFEFFold\n');
    assert.equal(await workspace.readForWrite(at('mark.md')), 'old\n');
    await workspace.writeText(at('mark.md'), 'new\n');
    assert.equal(fs.readFileSync(at('mark.md'), 'utf8'), '\uFEFFnew\n');
  });

  it('sees what an editor holds unsaved, also by way of a link', async () => {
    fs.writeFileSync(at('open.md'), 'old');
    const document = await vscode.workspace.openTextDocument(at('open.md'));
    const editor = await vscode.window.showTextDocument(document);
    assert.equal(await workspace.hasUnsavedChanges(at('open.md')), false);
    fs.symlinkSync(at('open.md'), at('alias.md'));
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'new '));
    assert.equal(await workspace.hasUnsavedChanges(at('open.md')), true);
    assert.equal(await workspace.hasUnsavedChanges(at('alias.md')), true);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    assert.equal(await workspace.hasUnsavedChanges(at('open.md')), false);
  });
});
