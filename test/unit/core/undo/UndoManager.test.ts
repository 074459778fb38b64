import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { RuntimeError } from '../../../../src/protocol/RuntimeError.ts';
import { MemoryStore } from '../../../support/MemoryStore.ts';
import { NodeWorkspace } from '../../../support/NodeWorkspace.ts';
import { ManualClock } from '../../../support/ports.ts';
import { ScriptedModel, write, type Answer } from '../../../support/ScriptedModel.ts';
import { StorageFolder } from '../../../support/storage.ts';
import { storageCore } from '../../../support/storageCore.ts';
import { TestCore, type TestCoreOptions } from '../../../support/TestCore.ts';

const backup = (file: string, content: string): Answer => ({ toolCalls: [{ name: 'write_file', arguments: JSON.stringify({ path: file, content, backup: true }) }] });

function fails(now: boolean, why: string): void {
  if (now) throw new Error(why);
}

describe('Undo of a turn', () => {
  let core: TestCore;
  const others: TestCore[] = [];
  afterEach(() => {
    for (const other of others.splice(0)) other.dispose();
    core.dispose();
  });

  /** A session whose turns write as scripted, each text ends one. */
  const start = async (answers: readonly Answer[], options: TestCoreOptions = {}): Promise<void> => {
    core = new TestCore(new ScriptedModel(answers), options);
    core.approveAll();
    await core.open();
  };

  /** Runs a turn, and returns its id. */
  const turn = async (): Promise<string> => {
    await core.turn('go on');
    return core.turnEnds().at(-1)?.correlationId ?? '';
  };

  const undo = (id: string) => core.core.undo.undo(core.sessionId, id);
  const bytes = (name: string): string | undefined => (fs.existsSync(core.file(name)) ? fs.readFileSync(core.file(name)).toString('latin1') : undefined);

  it('deletes what the turn created, and leaves the folder', async () => {
    await start([write('new/a.md', 'a'), { text: 'Done.' }]);
    const id = await turn();
    const { restored, refused } = await undo(id);
    assert.deepEqual([restored, refused], [['new/a.md'], []]);
    assert.equal(core.read('new/a.md'), undefined);
    assert.ok(fs.existsSync(core.file('new')));
  });

  it('brings every byte of an edited file back', async () => {
    const texts = { 'crlf.md': 'one\r\ntwo\r\n', 'open.md': 'no end', 'empty.md': '', 'large.md': 'Grüße 🙂\n'.repeat(2_000) };
    await start([...Object.keys(texts).map((name) => write(name, 'other\n')), { text: 'Done.' }]);
    for (const [name, text] of Object.entries(texts)) core.put(name, text);
    const was = Object.keys(texts).map(bytes);
    const id = await turn();
    assert.ok(Object.keys(texts).every((name, index) => bytes(name) !== was[index]));
    assert.deepEqual((await undo(id)).restored, Object.keys(texts));
    assert.deepEqual(Object.keys(texts).map(bytes), was);
  });

  it('goes back behind every write of a file, to what was there before the turn', async () => {
    await start([write('a.md', 'one'), write('b.md', 'b'), write('a.md', 'two'), { text: 'Done.' }]);
    core.put('a.md', 'before');
    const id = await turn();
    assert.deepEqual((await undo(id)).restored, ['a.md', 'b.md']);
    assert.deepEqual([core.read('a.md'), core.read('b.md')], ['before', undefined]);
  });

  it('refuses a file that somebody brought back to what it was in the middle of the turn', async () => {
    await start([write('a.md', 'one'), write('a.md', 'two'), { text: 'Done.' }]);
    core.put('a.md', 'before');
    const id = await turn();
    core.put('a.md', 'one');
    assert.deepEqual((await undo(id)).refused, [{ path: 'a.md', reason: 'It changed since.' }]);
  });

  it('puts back one turn alone', async () => {
    await start([write('a.md', 'one'), { text: 'Done.' }, write('b.md', 'two'), { text: 'Done.' }]);
    const first = await turn();
    await turn();
    await undo(first);
    assert.deepEqual([core.read('a.md'), core.read('b.md')], [undefined, 'two']);
  });

  it('deletes the backup that the turn made', async () => {
    await start([backup('a.md', 'new'), { text: 'Done.' }]);
    core.put('a.md', 'old');
    const id = await turn();
    assert.equal(core.read('a.md.bak'), 'old');
    assert.deepEqual((await undo(id)).restored, ['a.md', 'a.md.bak']);
    assert.deepEqual([core.read('a.md'), core.read('a.md.bak')], ['old', undefined]);
  });

  it('refuses a file that changed since, by its name, and puts the others back', async () => {
    await start([write('a.md', 'a'), write('b.md', 'b'), write('gone.md', 'new'), { text: 'Done.' }]);
    core.put('gone.md', 'old');
    const id = await turn();
    core.put('a.md', 'a, and mine');
    fs.rmSync(core.file('gone.md'));
    const result = await undo(id);
    assert.deepEqual(result.restored, ['b.md']);
    assert.deepEqual(result.refused, [
      { path: 'a.md', reason: 'It changed since.' },
      { path: 'gone.md', reason: 'It changed since.' },
    ]);
    assert.deepEqual([core.read('a.md'), core.read('b.md'), core.read('gone.md')], ['a, and mine', undefined, undefined]);
    const [started] = core.of('session.undo.started');
    assert.deepEqual(started?.data.files.map(({ path: name }) => name), ['b.md']);
  });

  it('refuses a file with changes in an editor, and one that is a folder now', async () => {
    await start([write('a.md', 'a'), write('b.md', 'b'), { text: 'Done.' }]);
    const id = await turn();
    core.workspace.unsaved.add(core.file('a.md'));
    fs.rmSync(core.file('b.md'));
    fs.mkdirSync(core.file('b.md'));
    const { restored, refused } = await undo(id);
    assert.deepEqual(restored, []);
    assert.deepEqual(refused.map(({ path: name }) => name), ['a.md', 'b.md']);
    assert.match(refused[0]?.reason ?? '', /An editor has changes/);
    assert.match(refused[1]?.reason ?? '', /a folder now/);
    assert.equal(core.read('a.md'), 'a');
  });

  it('counts a file that is as before, and does not write it', async () => {
    await start([write('a.md', 'a'), { text: 'Done.' }]);
    core.put('a.md', 'before');
    const id = await turn();
    core.put('a.md', 'before');
    const { written } = core.workspace;
    const count = written.length;
    assert.deepEqual((await undo(id)).restored, ['a.md']);
    assert.equal(written.length, count);
  });

  describe('of an undo', () => {
    it('does it again, and back, as often as one likes', async () => {
      await start([write('a.md', 'new'), write('b.md', 'created'), { text: 'Done.' }]);
      core.put('a.md', 'old');
      const id = await turn();
      const undone = await undo(id);
      const redone = await undo(undone.undoId);
      assert.deepEqual(redone.restored, ['a.md', 'b.md']);
      assert.deepEqual([core.read('a.md'), core.read('b.md')], ['new', 'created']);
      await undo(redone.undoId);
      assert.deepEqual([core.read('a.md'), core.read('b.md')], ['old', undefined]);
    });

    it('is refused for a file that changed since', async () => {
      await start([write('a.md', 'new'), { text: 'Done.' }]);
      core.put('a.md', 'old');
      const { undoId } = await undo(await turn());
      core.put('a.md', 'mine');
      assert.deepEqual((await undo(undoId)).refused, [{ path: 'a.md', reason: 'It changed since.' }]);
      assert.equal(core.read('a.md'), 'mine');
    });

    it('leaves alone what the undo had refused, and what it failed at', async () => {
      await start([write('a.md', 'new'), write('b.md', 'new'), write('c.md', 'new'), { text: 'Done.' }]);
      for (const name of ['a.md', 'b.md', 'c.md']) core.put(name, 'old');
      const id = await turn();
      core.put('a.md', 'mine');
      core.workspace.beforeWrite = (file) => fails(file.endsWith('b.md'), 'The disk is full.');
      const undone = await undo(id);
      assert.deepEqual(undone.restored, ['c.md']);
      assert.deepEqual(undone.refused.map(({ path: name, reason }) => `${name}: ${reason}`), ['a.md: It changed since.', 'b.md: The disk is full.']);
      core.put('b.md', 'old');
      core.workspace.beforeWrite = () => undefined;
      assert.deepEqual((await undo(undone.undoId)).restored, ['c.md']);
      assert.deepEqual([core.read('a.md'), core.read('b.md'), core.read('c.md')], ['mine', 'old', 'new']);
    });

    it('still does all of it again where the turn was put back twice', async () => {
      await start([write('a.md', 'new'), { text: 'Done.' }]);
      core.put('a.md', 'old');
      const id = await turn();
      await undo(id);
      const again = await undo(id);
      assert.deepEqual(again.restored, ['a.md']);
      assert.deepEqual((await undo(again.undoId)).restored, ['a.md']);
      assert.equal(core.read('a.md'), 'new');
    });
  });

  describe('where VS Code closed on it', () => {
    /** An undo of two files that ends after the first. */
    const half = async (): Promise<{ id: string; undoId: string; next: TestCore }> => {
      const store = new MemoryStore();
      await start([write('a.md', 'new'), write('b.md', 'new'), { text: 'Done.' }], { store, host: 'first' });
      for (const name of ['a.md', 'b.md']) core.put(name, 'old');
      const id = await turn();
      core.workspace.beforeWrite = (file) => {
        if (!file.endsWith('b.md')) return;
        core.crash();
        throw new Error('The process is gone.');
      };
      await undo(id);
      assert.deepEqual([core.read('a.md'), core.read('b.md'), core.of('session.undo.completed').length], ['old', 'new', 0]);
      const next = new TestCore(new ScriptedModel([]), { store, host: 'second', root: core.root });
      others.push(next);
      await next.open(core.sessionId);
      return { id, undoId: core.of('session.undo.started')[0]?.data.undoId ?? '', next };
    };

    it('puts the rest back with the next one, and does all of it again with an undo of that', async () => {
      const { id, next } = await half();
      const result = await next.core.undo.undo(next.sessionId, id);
      assert.deepEqual(result.restored, ['a.md', 'b.md']);
      assert.deepEqual([next.read('a.md'), next.read('b.md')], ['old', 'old']);
      await next.core.undo.undo(next.sessionId, result.undoId);
      assert.deepEqual([next.read('a.md'), next.read('b.md')], ['new', 'new']);
    });

    it('does again what was really put back, with an undo of it', async () => {
      const { undoId, next } = await half();
      const result = await next.core.undo.undo(next.sessionId, undoId);
      assert.deepEqual([result.restored, result.refused], [['a.md', 'b.md'], []]);
      assert.deepEqual([next.read('a.md'), next.read('b.md')], ['new', 'new']);
    });
  });

  it('takes what the last call that did its work left, where a later one failed', async () => {
    await start([write('a.md', 'one'), write('a.md', 'two'), { text: 'Done.' }]);
    core.put('a.md', 'old');
    core.workspace.beforeWrite = (_file, text) => fails(text === 'two', 'The disk is full.');
    const id = await turn();
    assert.equal(core.read('a.md'), 'one');
    assert.deepEqual((await undo(id)).restored, ['a.md']);
    assert.equal(core.read('a.md'), 'old');
  });

  it('says that it begins, so that it survives a power cut, before it touches a file', async () => {
    await start([write('a.md', 'new'), { text: 'Done.' }]);
    core.put('a.md', 'old');
    const id = await turn();
    let seen: string | undefined;
    core.bus.on('session.undo.started', () => void (seen = core.read('a.md')));
    const { undoId } = await undo(id);
    assert.equal(seen, 'new');
    assert.ok(core.journal.powerCut.includes('session.undo.started'));
    const completed = core.of('session.undo.completed')[0];
    assert.deepEqual(completed?.data, { undoId, of: id, restored: ['a.md'], refused: [] });
    assert.equal(completed.causationId, core.of('session.undo.started')[0]?.eventId);
  });

  it('touches nothing where the journal does not take its begin', async () => {
    await start([write('a.md', 'new'), { text: 'Done.' }]);
    const id = await turn();
    core.journal.refuses = ({ type }) => type === 'session.undo.started';
    await assert.rejects(undo(id), /disk full/);
    assert.equal(core.read('a.md'), 'new');
  });

  describe('is refused as a whole', () => {
    const refusal = (words: RegExp) => (error: unknown): boolean => error instanceof RuntimeError && words.test(error.message);

    it('while a turn runs', async () => {
      let goOn: (answer: Answer) => void = () => undefined;
      core = new TestCore(new ScriptedModel((_request, index) => (index === 0 ? write('a.md', 'new') : new Promise((resolve) => (goOn = resolve)))));
      core.approveAll();
      await core.open();
      const done = core.next('tool.execution.completed');
      core.send('write');
      await done;
      const id = core.of('tool.change.recorded')[0]?.correlationId ?? '';
      await assert.rejects(undo(id), refusal(/A turn of this session runs/));
      assert.equal(core.read('a.md'), 'new');
      while (core.of('llm.request.started').length < 3) await new Promise((resolve) => setImmediate(resolve));
      goOn({ text: 'Done.' });
      await core.orchestrator.idle();
      assert.deepEqual((await undo(id)).restored, ['a.md']);
    });

    it('in Restricted Mode, and for what changed nothing', async () => {
      await start([write('a.md', 'new'), { text: 'Done.' }]);
      const id = await turn();
      core.workspace.isTrusted = false;
      await assert.rejects(undo(id), refusal(/Restricted Mode/));
      core.workspace.isTrusted = true;
      await assert.rejects(undo('nobody'), refusal(/nothing to put back/));
      assert.deepEqual([core.read('a.md'), core.of('session.undo.started')], ['new', []]);
    });

    it('in a session that another window has, or that is deleted', async () => {
      const store = new MemoryStore();
      const clock = new ManualClock();
      await start([write('a.md', 'new'), { text: 'Done.' }], { store, clock, host: 'first' });
      const id = await turn();
      const second = new TestCore(new ScriptedModel([]), { store, clock, root: core.root, host: 'second' });
      others.push(second);
      await second.open(core.sessionId);
      await assert.rejects(second.core.undo.undo(core.sessionId, id), refusal(/another window/));
      await core.core.deletion.delete(core.sessionId);
      await assert.rejects(undo(id), refusal(/deleted, so its changes stay/));
      assert.equal(core.read('a.md'), 'new');
    });

    it('while another undo of the session runs', async () => {
      await start([write('a.md', 'new'), { text: 'Done.' }]);
      const id = await turn();
      const first = undo(id);
      await assert.rejects(undo(id), refusal(/being put back already/));
      assert.deepEqual((await first).restored, ['a.md']);
    });
  });

  it('goes to its end where its chat is closed meanwhile', async () => {
    const store = new MemoryStore();
    await start([write('a.md', 'new'), { text: 'Done.' }], { store, host: 'first' });
    const id = await turn();
    core.bus.on('session.undo.started', () => core.core.openSessions.close(core.sessionId));
    await undo(id);
    assert.equal(core.of('session.undo.completed').length, 1);
    assert.equal(store.leases.size, 0);
  });

  it('knows the last turn with changes, and whether it is put back', async () => {
    await start([{ text: 'Hello.' }, write('a.md', 'new'), { text: 'Done.' }, { text: 'Bye.' }]);
    const latest = () => core.core.undo.latest(core.sessionId);
    await turn();
    assert.equal(await latest(), undefined);
    const id = await turn();
    await turn();
    assert.deepEqual(await latest(), { turn: id, undoneBy: undefined, refused: false });
    const { undoId } = await undo(id);
    assert.deepEqual(await latest(), { turn: id, undoneBy: undoId, refused: false });
    await undo(undoId);
    assert.deepEqual(await latest(), { turn: id, undoneBy: undefined, refused: false });
    core.put('a.md', 'mine');
    await undo(id);
    assert.deepEqual(await latest(), { turn: id, undoneBy: undefined, refused: false });
  });

  it('works on a real database, where what a file held before is a blob under its hash', async () => {
    core = new TestCore(new ScriptedModel([]));
    const folder = new StorageFolder();
    try {
      const workspace = new NodeWorkspace(core.root);
      const { storage, database } = folder.openWithConnection();
      const real = storageCore(storage, { llm: new ScriptedModel([write('a.md', 'new'), write('b.md', 'large'), { text: 'Done.' }]), workspace });
      real.registerAgents('startup');
      const large = 'a line\r\n'.repeat(10_000);
      core.put('a.md', 'short');
      core.put('b.md', large);
      real.bus.on('hitl.approval.requested', ({ data: { approvalId, argumentsHash } }) => {
        real.hitl.decide({ approvalId, argumentsHash, actor: 'test', decision: 'approve', feedback: '' });
      });
      const { id } = real.sessions.create();
      await real.openSessions.open(id);
      real.orchestrator.submit(id, { messageId: 'm', text: 'write' });
      await real.orchestrator.idle();
      const blobs = (): unknown[] => database.all('SELECT text FROM blobs').map(({ text }) => text);
      assert.ok(blobs().includes('short') && blobs().includes(large));
      const turnId = (await real.undo.latest(id))?.turn ?? '';
      assert.deepEqual((await real.undo.undo(id, turnId)).restored, ['a.md', 'b.md']);
      assert.deepEqual([core.read('a.md'), core.read('b.md')], ['short', large]);
      assert.ok(blobs().includes('new'));
      real.dispose();
    } finally {
      folder.dispose();
    }
  });
});
