import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { UndoResult } from '../../../../src/core/undo/UndoManager.ts';
import { ScriptedModel, write, type Answer } from '../../../support/ScriptedModel.ts';
import { TestCore } from '../../../support/TestCore.ts';

describe('Undo of a turn, where a link was set since', () => {
  let core: TestCore;
  afterEach(() => core.dispose());

  const start = async (answers: readonly Answer[]): Promise<void> => {
    core = new TestCore(new ScriptedModel(answers));
    core.approveAll();
    await core.open();
  };
  const turn = async (): Promise<string> => {
    await core.turn('go on');
    return core.turnEnds().at(-1)?.correlationId ?? '';
  };
  const undo = (id: string): Promise<UndoResult> => core.core.undo.undo(core.sessionId, id);

  it('writes nothing out of the workspace, though what is there is what the turn left', async () => {
    await start([write('in/a.md', 'new'), { text: 'Done.' }]);
    core.put('in/a.md', 'old');
    const id = await turn();
    const outside = fs.mkdtempSync(`${core.root}-outside-`);
    try {
      fs.writeFileSync(path.join(outside, 'a.md'), 'new');
      fs.rmSync(core.file('in'), { recursive: true });
      fs.symlinkSync(outside, core.file('in'));
      const { refused } = await undo(id);
      assert.match(refused[0]?.reason ?? '', /out of the workspace through a link/);
      assert.equal(fs.readFileSync(path.join(outside, 'a.md'), 'utf8'), 'new');
    } finally {
      fs.rmSync(outside, { recursive: true });
    }
  });

  it('writes and deletes no other file of the workspace, and none that is protected', async () => {
    await start([write('a.md', 'new'), write('b.md', 'new'), { text: 'Done.' }]);
    core.put('a.md', 'old');
    const id = await turn();
    core.put('.env', 'new');
    for (const name of ['a.md', 'b.md']) {
      fs.rmSync(core.file(name));
      fs.symlinkSync('.env', core.file(name));
    }
    const { restored, refused } = await undo(id);
    assert.deepEqual(restored, []);
    assert.deepEqual(refused.map(({ reason }) => reason), ['A link leads to another file by now.', 'A link leads to another file by now.']);
    assert.equal(core.read('.env'), 'new');
    assert.ok(fs.lstatSync(core.file('b.md')).isSymbolicLink());
  });

  it('writes nothing through a link that is set while its folder is made', async () => {
    await start([write('in/a.md', 'new'), { text: 'Done.' }]);
    const { undoId } = await undo(await turn());
    const outside = fs.mkdtempSync(`${core.root}-outside-`);
    try {
      const createFolder = core.workspace.createFolder.bind(core.workspace);
      core.workspace.createFolder = async (folder) => {
        await createFolder(folder);
        core.link('in', outside);
      };
      const { restored, refused } = await undo(undoId);
      assert.deepEqual(restored, []);
      assert.match(refused[0]?.reason ?? '', /out of the workspace through a link/);
      assert.deepEqual(fs.readdirSync(outside), []);
    } finally {
      fs.rmSync(outside, { recursive: true });
    }
  });

  it('follows a link that was there when the turn wrote through it', async () => {
    await start([write('link/a.md', 'one'), write('real/a.md', 'two'), { text: 'Done.' }]);
    core.put('real/a.md', 'old');
    fs.symlinkSync('real', core.file('link'));
    const id = await turn();
    // one file by two names
    assert.deepEqual((await undo(id)).restored, ['link/a.md']);
    assert.equal(core.read('real/a.md'), 'old');
  });
});
