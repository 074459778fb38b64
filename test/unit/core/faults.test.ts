import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Core } from '../../../src/core/createCore.ts';
import type { EventOf, EventType } from '../../../src/protocol/events.ts';
import { NodeWorkspace } from '../../support/NodeWorkspace.ts';
import { ScriptedModel, write } from '../../support/ScriptedModel.ts';
import { canMount, mountSmallDisk } from '../../support/smallDisk.ts';
import { readAll, StorageFolder } from '../../support/storage.ts';
import { storageCore } from '../../support/storageCore.ts';
import type { Storage } from '../../../src/storage/openStorage.ts';

describe('A conversation on a database that fails', () => {
  let folder: StorageFolder;
  let workspace: NodeWorkspace;
  let storage: Storage;
  let core: Core;
  let id: string;
  beforeEach(() => {
    folder = new StorageFolder();
  });
  afterEach(() => {
    core.dispose();
    folder.dispose();
  });

  const open = async (file: string): Promise<void> => {
    workspace = new NodeWorkspace(fs.mkdtempSync(path.join(fs.realpathSync(folder.path), 'workspace-')));
    storage = folder.open({ file });
    core = storageCore(storage, { workspace, llm: new ScriptedModel([write('a.md', 'x'), { text: 'Done.' }]) });
    core.registerAgents('start');
    id = core.sessions.create().id;
    await core.openSessions.open(id);
  };
  const next = <T extends EventType>(type: T): Promise<EventOf<T>> =>
    new Promise((resolve) => {
      const subscription = core.bus.on(type, (event) => {
        subscription.dispose();
        resolve(event);
      });
    });
  const approve = ({ data: { approvalId, argumentsHash } }: EventOf<'hitl.approval.requested'>): string =>
    core.hitl.decide({ approvalId, argumentsHash, decision: 'approve', feedback: '', actor: 'test' });
  const messages = (): string[] => readAll(storage.journal, id).flatMap((event) => (event.type === 'session.message.added' && event.data.message.role === 'user' ? [event.data.message.id] : []));

  it('locked between the decision and the start: nothing is written, the chat says why, and Retry asks again', async () => {
    await open(folder.file);
    const other = new DatabaseSync(folder.file);
    core.bus.on('hitl.decision.made', () => other.exec('BEGIN IMMEDIATE'));
    const asked = next('hitl.approval.requested');
    core.orchestrator.submit(id, { messageId: 'm', text: 'write a.md' });
    const failed = next('system.journal.failed');
    approve(await asked);
    const { data } = await failed;
    await core.orchestrator.idle();
    assert.equal(data.error.code, 'journal_busy');
    assert.match(data.error.message, /Another program holds the database of the conversations, .*agent-runtime\.db\. Try again in a moment\.$/);
    assert.deepEqual(workspace.written, []);
    const opened = await core.openSessions.open(id);
    const problem = opened?.transcript.items.at(-1);
    assert.ok(problem?.kind === 'problem' && problem.actions[0] === 'retry');
    other.exec('ROLLBACK');
    other.close();

    const again = next('hitl.approval.requested');
    core.orchestrator.resume(id);
    const question = await again;
    assert.match(question.data.reason, /you approved this/);
    const completed = next('agent.processing.completed');
    approve(question);
    assert.equal((await completed).data.outcome, 'completed');
    assert.deepEqual(workspace.written, [path.join(workspace.folders()[0]?.root ?? '', 'a.md')]);
  });

  const fullDisk = async (): Promise<void> => {
    const disk = path.join(folder.path, 'disk');
    fs.mkdirSync(disk);
    assert.ok(mountSmallDisk(disk));
    try {
      await open(path.join(disk, 'agent-runtime.db'));
      const ballast = path.join(disk, 'ballast');
      const text = 'a long message '.repeat(3_000);
      assert.throws(() => fs.writeFileSync(ballast, Buffer.alloc(1_000_000)), /ENOSPC/);
      const send = (): string => core.orchestrator.submit(id, { messageId: 'm', text });
      assert.throws(send, /The disk that holds .*disk is full, so nothing more can be kept\. Free some space/);
      assert.deepEqual(messages(), []);
      fs.rmSync(ballast);
      const asked = next('hitl.approval.requested');
      assert.equal(send(), 'accepted');
      approve(await asked);
      await core.orchestrator.idle();
      assert.equal(send(), 'accepted');
      assert.deepEqual(messages(), ['m']);
      assert.equal(workspace.written.length, 1);
    } finally {
      storage.close();
      execFileSync('umount', ['-l', disk]);
    }
  };
  // elsewhere the journal that refuses (turn.test.ts) and SQLite's own limit (storage/faults.test.ts) stand in
  if (canMount()) it('on a full disk: the message is not taken, and is taken once when there is room', fullDisk);
});
