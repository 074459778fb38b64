import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { listFiles } from '../../../../src/core/tools/ide/listFiles.ts';
import { readFile } from '../../../../src/core/tools/ide/readFile.ts';
import { writeFile } from '../../../../src/core/tools/ide/writeFile.ts';
import type { BoundCall, Tool } from '../../../../src/core/tools/Tool.ts';
import { resolveWorkspacePath } from '../../../../src/core/tools/ide/workspacePath.ts';
import { noTurn } from '../../../support/noTurn.ts';
import { NodeWorkspace } from '../../../support/NodeWorkspace.ts';

describe('The tools of the workspace', () => {
  let root: string;
  let workspace: NodeWorkspace;
  const { signal } = new AbortController();
  beforeEach(() => {
    root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'ar-tools-')));
    workspace = new NodeWorkspace(root);
  });
  afterEach(() => fs.rmSync(root, { recursive: true }));

  const put = (name: string, text: string): void => {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  };
  const bind = (tool: Tool, args: object): BoundCall => {
    const binding = tool.bind({ id: 'c', name: tool.name, arguments: JSON.stringify(args) });
    assert.ok(binding.ok, binding.ok ? '' : binding.message);
    return binding.call;
  };
  const execute = async (call: BoundCall): Promise<string> => {
    const paths = await Promise.all(call.paths.map((file) => resolveWorkspacePath(workspace, file)));
    return call.execute({ workspace }, { signal, turn: noTurn, approved: await call.change?.inspect({ workspace }), real: paths.map(({ real }) => real) });
  };
  const run = (tool: Tool, args: object): Promise<string> => execute(bind(tool, args));

  it('offer their arguments as JSON Schema, without those that have a default being required', () => {
    assert.deepEqual(writeFile.parameters['required'], ['path', 'content']);
    assert.equal(writeFile.parameters['additionalProperties'], false);
  });

  describe('read_file', () => {
    it('reads a file, and a part of it', async () => {
      put('a.txt', 'one\ntwo\nthree\nfour');
      assert.equal(await run(readFile, { path: 'a.txt' }), 'one\ntwo\nthree\nfour');
      assert.equal(await run(readFile, { path: 'a.txt', start_line: 2, end_line: 3 }), 'two\nthree');
    });

    it('says where to read on in a long file', async () => {
      put('long.txt', Array.from({ length: 5_000 }, (_, i) => `line ${i + 1}`).join('\n'));
      const first = await run(readFile, { path: 'long.txt' });
      assert.match(first, /line 2000\n\[Lines 1–2000 of 5000\. Read on with start_line 2001\.\]$/);
      assert.match(await run(readFile, { path: 'long.txt', start_line: 4_000 }), /^line 4000\n[\s\S]*line 5000$/);
    });

    it('bounds what a file of long lines gives', async () => {
      put('wide.txt', 'x'.repeat(400_000));
      assert.ok((await run(readFile, { path: 'wide.txt' })).length < 101_000);
    });

    it('says what is wrong with a path', async () => {
      fs.mkdirSync(path.join(root, 'folder'));
      put('a.txt', 'one');
      await assert.rejects(run(readFile, { path: 'none.txt' }), /none\.txt does not exist/);
      await assert.rejects(run(readFile, { path: 'folder' }), /is a folder\. Use list_files/);
      await assert.rejects(run(readFile, { path: 'a.txt', start_line: 9 }), /has 1 lines; line 9 is past its end/);
    });
  });

  describe('list_files', () => {
    beforeEach(() => {
      for (const name of ['b.ts', 'a.ts', 'src/c.ts', 'src/deep/d.md', '.hidden', 'node_modules/x/index.js']) put(name, '');
    });

    it('lists a folder, sorted, without hidden names', async () => {
      assert.equal(await run(listFiles, { path: '.' }), 'a.ts\nb.ts\nnode_modules/\nsrc/');
      assert.match(await run(listFiles, { path: '.', include_hidden: true }), /^\.hidden\n/);
    });

    it('lists all the way down, but not into node_modules, nor over a link', async () => {
      fs.symlinkSync(root, path.join(root, 'src/loop'));
      assert.equal(await run(listFiles, { path: '.', recursive: true }), 'a.ts\nb.ts\nnode_modules/\nsrc/\nsrc/c.ts\nsrc/deep/\nsrc/deep/d.md\nsrc/loop/');
    });

    it('lists the rest where one folder cannot be read', async () => {
      const readable = new NodeWorkspace(root);
      workspace.list = (folder) => (folder.endsWith('deep') ? Promise.reject(new Error('denied')) : readable.list(folder));
      assert.equal(await run(listFiles, { path: 'src', recursive: true }), 'c.ts\ndeep/\ndeep/[cannot be read]');
    });

    it('takes a glob', async () => {
      assert.equal(await run(listFiles, { path: '.', recursive: true, pattern: '**/*.ts' }), 'a.ts\nb.ts\nsrc/c.ts');
      assert.equal(await run(listFiles, { path: 'src', pattern: '*.py' }), '[Nothing found]');
    });
  });

  describe('write_file', () => {
    it('shows the change before, and creates the file with its folders', async () => {
      const call = bind(writeFile, { path: 'docs/new.md', content: 'hello\n' });
      const target = await call.change?.inspect({ workspace });
      assert.deepEqual(target, { path: 'docs/new.md', real: 'docs/new.md', created: true, base: '' });
      assert.equal(call.change?.diff(target).added, 1);
      assert.equal(fs.existsSync(path.join(root, 'docs')), false);
      assert.equal(await execute(call), 'Created docs/new.md (1 line).');
      assert.equal(fs.readFileSync(path.join(root, 'docs/new.md'), 'utf8'), 'hello\n');
    });

    it('keeps a backup where it is asked to, and never writes over one', async () => {
      put('a.md', 'old');
      const call = bind(writeFile, { path: 'a.md', content: 'new', backup: true });
      const target = await call.change?.inspect({ workspace });
      assert.ok(target);
      assert.deepEqual(call.change?.diff(target).rows[0], { kind: 'note', text: 'Also creates a.md.bak, with the content as it is now' });
      await execute(call);
      assert.equal(fs.readFileSync(path.join(root, 'a.md.bak'), 'utf8'), 'old');
      await assert.rejects(run(writeFile, { path: 'a.md', content: 'newer', backup: true }), /a\.md\.bak exists already/);
      assert.equal(fs.readFileSync(path.join(root, 'a.md'), 'utf8'), 'new');
    });

    it('keeps CR LF line ends', async () => {
      put('dos.txt', 'one\r\ntwo\r\n');
      const call = bind(writeFile, { path: 'dos.txt', content: 'one\nthree\n' });
      const target = await call.change?.inspect({ workspace });
      assert.ok(target);
      const { added, removed } = call.change?.diff(target) ?? {};
      assert.deepEqual([added, removed], [1, 1]);
      await execute(call);
      assert.equal(fs.readFileSync(path.join(root, 'dos.txt'), 'utf8'), 'one\r\nthree\r\n');
    });

    it('never writes over what an editor holds unsaved', async () => {
      put('a.md', 'old');
      workspace.unsaved.add(path.join(root, 'a.md'));
      await assert.rejects(run(writeFile, { path: 'a.md', content: 'new' }), /not saved/);
      assert.equal(fs.readFileSync(path.join(root, 'a.md'), 'utf8'), 'old');
    });

    it('writes nothing where the file is not what was approved, by content or by being there', async () => {
      put('a.md', 'old');
      const call = bind(writeFile, { path: 'a.md', content: 'new' });
      const approved = await call.change?.inspect({ workspace });
      put('a.md', 'typed meanwhile');
      await assert.rejects(call.execute({ workspace }, { signal, turn: noTurn, approved, real: ['a.md'] }), /not as it was when the change was approved/);
      await assert.rejects(call.execute({ workspace }, { signal, turn: noTurn, real: ['a.md'] }), /not as it was/);
      assert.equal(fs.readFileSync(path.join(root, 'a.md'), 'utf8'), 'typed meanwhile');
      const creation = bind(writeFile, { path: 'b.md', content: 'new' });
      const absent = await creation.change?.inspect({ workspace });
      put('b.md', '');
      await assert.rejects(creation.execute({ workspace }, { signal, turn: noTurn, approved: absent, real: ['b.md'] }), /not as it was/);
    });

    it('refuses a folder, a missing folder without create_dirs, and a path outside', async () => {
      fs.mkdirSync(path.join(root, 'folder'));
      await assert.rejects(run(writeFile, { path: 'folder', content: '' }), /is a folder/);
      await assert.rejects(run(writeFile, { path: 'none/a.md', content: '', create_dirs: false }), /does not exist/);
      await assert.rejects(run(writeFile, { path: '../a.md', content: '' }), /outside the workspace/);
    });
  });
});
