import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { SessionHead } from '../../../src/core/ports/Journal.ts';
import type { RuntimeEvent } from '../../../src/protocol/events.ts';
import { BLOB_LENGTH } from '../../../src/storage/payloads.ts';
import type { Storage } from '../../../src/storage/openStorage.ts';
import { append, readAll, said, StorageFolder, uncommitted } from '../../support/storage.ts';

const PAGE = 4096;
const SESSIONS = ['a', 'b', 'c', ''];

/** Numbers from 0 up to 1, the same at every run. */
function* random(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    yield state / 2 ** 32;
  }
}

function fill(storage: Storage): void {
  for (let round = 0; round < 12; round += 1) {
    const content = `content ${round}\n`.repeat(BLOB_LENGTH / (round % 2 === 0 ? 8 : 40));
    for (const id of ['a', 'b', 'c']) {
      append(
        storage,
        said(id, `${id} ${round} \ud800`),
        said(id, content),
        uncommitted(id, 'tool.execution.requested', { callId: 'c', tool: 'write_file', arguments: JSON.stringify({ path: 'x', content }), object: 'x' }),
      );
    }
    append(storage, uncommitted(undefined, 'system.startup', { extensionVersion: '1' }));
  }
  storage.drafts.saveDraft('a', 'half a thought');
  storage.audit.add([{ eventId: 'e', sessionId: 'a', type: 'hitl.decision.made', timestamp: '', correlationId: 'c' }]);
}

const everything = (storage: Storage): RuntimeEvent[] => SESSIONS.flatMap((id) => readAll(storage.journal, id));
const withoutSeq = ({ seq: _, ...event }: RuntimeEvent): unknown => event;

describe('a damaged file', () => {
  let folder: StorageFolder;
  beforeEach(() => {
    folder = new StorageFolder();
  });
  afterEach(() => folder.dispose());

  const setAsides = (): string[] => fs.readdirSync(folder.path).filter((name) => name.includes('.damaged-') && !/-(wal|shm)$/.test(name));

  /** Opens the file that holds `bytes`, and says what came of it. */
  const reopen = (bytes: Buffer, originals: ReadonlyMap<string, RuntimeEvent>, log?: Buffer): number => {
    for (const name of fs.readdirSync(folder.path)) fs.rmSync(path.join(folder.path, name));
    fs.writeFileSync(folder.file, bytes);
    if (log !== undefined) fs.writeFileSync(`${folder.file}-wal`, log);
    const storage = folder.open();
    const { salvaged } = storage;
    const what = `cut at ${bytes.length}`;
    assert.ok(salvaged !== undefined, what);
    assert.deepEqual(fs.readFileSync(salvaged.setAside), bytes, `${what}: set aside as it was`);
    if (log !== undefined) assert.deepEqual(fs.readFileSync(`${salvaged.setAside}-wal`), log, `${what}: its log too`);
    assert.deepEqual(setAsides(), [path.basename(salvaged.setAside)], what);
    assert.ok(salvaged.message.includes(salvaged.setAside) && salvaged.message.includes(folder.file));
    const events = everything(storage);
    assert.equal(events.length, salvaged.events, what);
    for (const event of events) assert.deepEqual(withoutSeq(event), withoutSeq(originals.get(event.eventId) ?? assert.fail(`${what}: an event that was never there`)), what);
    for (const id of SESSIONS) {
      const session = readAll(storage.journal, id);
      assert.deepEqual(session.map(({ seq }) => seq), session.map((_, index) => index + 1), what);
      const before = session.map(({ eventId }) => originals.get(eventId)?.seq ?? 0);
      assert.deepEqual(before, before.toSorted((x, y) => x - y), `${what}: in order`);
    }
    assert.ok(['', 'half a thought'].includes(storage.drafts.draft('a')));
    storage.close();
    const again = folder.open();
    assert.equal(again.salvaged, undefined, `${what}: whole afterwards`);
    assert.equal(everything(again).length, events.length);
    again.close();
    return events.length;
  };

  const build = (): { bytes: Buffer; originals: ReadonlyMap<string, RuntimeEvent> } => {
    const storage = folder.open();
    fill(storage);
    const originals = new Map(everything(storage).map((event) => [event.eventId, event]));
    storage.close();
    return { bytes: fs.readFileSync(folder.file), originals };
  };

  it('is set aside wherever it was cut, and every event that comes back is as it was', function () {
    this.timeout(60_000);
    const { bytes, originals } = build();
    const cuts = new Set([0, 1, 15, 16, 99, 100, 101, PAGE - 1, PAGE, PAGE + 1, bytes.length - PAGE, bytes.length - 1, bytes.length - 2]);
    const numbers = random(3);
    while (cuts.size < 50) cuts.add(Math.floor(numbers.next().value * bytes.length));
    const found = [...cuts].sort((a, b) => a - b).map((cut) => reopen(bytes.subarray(0, cut), originals));
    assert.equal(found[0], 0);
    assert.ok((found.at(-1) ?? 0) > originals.size * 0.9, `${found.at(-1)} of ${originals.size} from a file that lacks a byte`);
    // behind half of the file some of it is there, though the pages above may not be
    assert.ok((found[40] ?? 0) > originals.size / 4, `${found[40]} of ${originals.size}`);
  });

  it('gives back all that is in its log', () => {
    const storage = folder.open();
    fill(storage);
    const originals = new Map(everything(storage).map((event) => [event.eventId, event]));
    const [bytes, log] = [fs.readFileSync(folder.file), fs.readFileSync(`${folder.file}-wal`)];
    storage.close();
    assert.equal(reopen(Buffer.alloc(0), originals, log), originals.size);
    assert.equal(reopen(Buffer.concat([Buffer.alloc(PAGE), bytes.subarray(PAGE)]).subarray(0, PAGE * 3 + 5), originals, log), originals.size);
  });

  it('is whole with a log that was cut: what the log still holds is there', () => {
    const storage = folder.open();
    fill(storage);
    const originals = everything(storage).map(withoutSeq);
    const [bytes, log] = [fs.readFileSync(folder.file), fs.readFileSync(`${folder.file}-wal`)];
    storage.close();
    for (const part of [0.2, 0.5, 0.9]) {
      fs.writeFileSync(folder.file, bytes);
      fs.writeFileSync(`${folder.file}-wal`, log.subarray(0, Math.floor(log.length * part)));
      const next = folder.open();
      const events = everything(next);
      assert.ok(events.length > 0 && events.length < originals.length);
      assert.equal(next.salvaged, undefined);
      next.close();
    }
  });

  it('is found by a start that reads it through, where its head is whole', () => {
    const { bytes, originals } = build();
    const holes = Buffer.from(bytes);
    holes.fill(0, PAGE * 20, PAGE * 40);
    const events = reopen(holes, originals);
    assert.ok(events > 0 && events < originals.size, `${events}`);
  });

  it('is found by a read that fails, and saved at the next start', () => {
    const storage = folder.open();
    // too large to be read through at every start
    append(storage, ...Array.from({ length: 300 }, (_, index) => said('a', `${index}`.padEnd(20_000, `${index} `))));
    storage.close();
    const holes = fs.readFileSync(folder.file);
    assert.ok(holes.length > 5 * 2 ** 20);
    holes.fill(0, PAGE * 300, PAGE * 310);
    fs.writeFileSync(folder.file, holes);
    const damaged = folder.open();
    assert.equal(damaged.salvaged, undefined);
    assert.throws(() => readAll(damaged.journal, 'a'), /is damaged|cannot be read/);
    damaged.close();
    const bytes = fs.readFileSync(folder.file);
    const saved = folder.open();
    assert.ok(saved.salvaged !== undefined && saved.salvaged.events > 250 && saved.salvaged.events < 300, saved.salvaged?.message);
    assert.deepEqual(fs.readFileSync(saved.salvaged.setAside), bytes);
    assert.equal(readAll(saved.journal, 'a').length, saved.salvaged.events);
  });

  it('is no empty list: a log without its file is set aside and told', () => {
    const storage = folder.open();
    append(storage, said('a', 'x'));
    const log = fs.readFileSync(`${folder.file}-wal`);
    storage.close();
    fs.rmSync(folder.file);
    fs.writeFileSync(`${folder.file}-wal`, log);
    const { salvaged } = folder.open();
    assert.ok(salvaged !== undefined);
    assert.deepEqual(fs.readFileSync(`${salvaged.setAside}-wal`), log);
  });

  it('is saved by the next start where the first was killed in between', () => {
    const { bytes, originals } = build();
    const cut = bytes.subarray(0, bytes.length - 1);
    const setAside = `${folder.file}.damaged-then`;
    fs.writeFileSync(`${folder.file}.repair`, JSON.stringify({ setAside, pid: 4_194_305, machine: 'here' }));
    fs.rmSync(folder.file);
    fs.writeFileSync(setAside, cut);
    const storage = folder.open();
    assert.equal(storage.salvaged?.setAside, setAside);
    assert.equal(everything(storage).length, storage.salvaged.events);
    assert.ok(storage.salvaged.events > originals.size * 0.9);
    assert.deepEqual(fs.readFileSync(setAside), cut);
    assert.ok(!fs.existsSync(`${folder.file}.repair`));
  });

  it('is told by the next start where the first was killed before it could', () => {
    const { bytes, originals } = build();
    const setAside = `${folder.file}.damaged-then`;
    fs.writeFileSync(`${folder.file}.repair`, JSON.stringify({ setAside, pid: 4_194_305, machine: 'here' }));
    fs.writeFileSync(setAside, bytes.subarray(0, 5));
    const { salvaged } = folder.open();
    assert.deepEqual([salvaged?.setAside, salvaged?.events, salvaged?.sessions], [setAside, originals.size, 3]);
    assert.equal(folder.open({ id: 'next' }).salvaged, undefined);
    assert.equal(fs.readFileSync(setAside).length, 5);
  });

  it('leaves nothing half made behind, of hosts that were killed', () => {
    fs.writeFileSync(`${folder.file}.new-4194305`, 'half made');
    fs.writeFileSync(`${folder.file}.new-${process.ppid}`, 'another host makes it');
    folder.open();
    assert.deepEqual(fs.readdirSync(folder.path).filter((name) => name.includes('.new-')), [`${path.basename(folder.file)}.new-${process.ppid}`]);
  });

  it('is left to the host that repairs it, while that lives', () => {
    fs.writeFileSync(folder.file, '');
    fs.writeFileSync(`${folder.file}.repair`, JSON.stringify({ setAside: `${folder.file}.damaged-then`, pid: process.ppid, machine: 'here' }));
    assert.throws(() => folder.open(), /Another window is repairing/);
    assert.equal(fs.readFileSync(folder.file, 'utf8'), '');
  });

  it('is taken over where nobody has said for a minute that it is repaired: process ids come again, and other machines go', () => {
    for (const repairer of [{ pid: process.ppid, machine: 'here' }, { pid: 1, machine: 'elsewhere' }]) {
      fs.writeFileSync(folder.file, '');
      fs.writeFileSync(`${folder.file}.repair`, JSON.stringify({ setAside: `${folder.file}.damaged-then`, ...repairer }));
      const after = (seconds: number) => folder.open({ isAlive: () => true, now: () => new Date(Date.now() + seconds * 1_000) });
      assert.throws(() => after(50), /Another window is repairing/);
      const storage = after(70);
      assert.notEqual(storage.salvaged, undefined);
      assert.ok(!fs.existsSync(`${folder.file}.repair`));
      storage.close();
    }
  });

  it('says how many parts could not be read', () => {
    const { bytes, originals } = build();
    // overflow pages: their chain, and the text in them; the rows are found, and not whole
    const broken = Buffer.from(bytes);
    for (let page = 30; page < bytes.length / PAGE; page += 1) if (broken[page * PAGE] === 0) broken.fill(0xff, page * PAGE, page * PAGE + 8);
    reopen(broken, originals);
    const setAside = path.join(folder.path, setAsides()[0] ?? '');
    for (const part of ['', '-wal', '-shm']) fs.rmSync(folder.file + part, { force: true });
    fs.renameSync(setAside, folder.file);
    const { salvaged } = folder.open();
    assert.ok(salvaged !== undefined && salvaged.unreadable > 1, salvaged?.message);
    assert.ok(salvaged.message.includes(` ${salvaged.unreadable} parts of it could not be read.`), salvaged.message);
  });

  it('of version 1 is saved too, with its drafts', () => {
    const bytes = fs.readFileSync('test/fixtures/databases/v1.db');
    fs.writeFileSync(folder.file, bytes);
    const whole = folder.open();
    const id = whole.journal.latestSessionId() ?? '';
    const originals = readAll(whole.journal, id).map(({ eventId }) => eventId);
    whole.close();
    fs.rmSync(folder.file);
    fs.writeFileSync(folder.file, bytes.subarray(0, bytes.length - 5_000));
    const storage = folder.open();
    const events = readAll(storage.journal, id);
    assert.ok(events.length > 20 && events.every(({ eventId }) => originals.includes(eventId)), `${events.length}`);
    assert.equal(storage.drafts.draft(id), 'half a thought');
  });

  it('of version 2 is saved too, with what its events name', () => {
    const bytes = fs.readFileSync('test/fixtures/databases/v2.db');
    fs.writeFileSync(folder.file, bytes);
    const whole = folder.open();
    const heads = whole.journal.unfinished();
    const originals = new Map(heads.flatMap(({ sessionId }) => readAll(whole.journal, sessionId)).map((event) => [event.eventId, event]));
    whole.close();
    fs.rmSync(folder.file);
    fs.writeFileSync(folder.file, bytes.subarray(0, bytes.length - 1));
    const storage = folder.open();
    assert.ok(storage.salvaged !== undefined);
    const saved = heads.flatMap(({ sessionId }) => readAll(storage.journal, sessionId));
    assert.ok(saved.length > originals.size * 0.9, `${saved.length} of ${originals.size} from a file that lacks a byte`);
    for (const event of saved) assert.deepEqual(withoutSeq(event), withoutSeq(originals.get(event.eventId) ?? assert.fail('an event that was never there')));
    assert.ok(saved.some((event) => event.type === 'hitl.approval.requested' && String(event.data.arguments['content']).length > BLOB_LENGTH));
    const states = (of: readonly SessionHead[]) => of.map(({ sessionId, turnOpen, deleted }) => `${sessionId} ${turnOpen} ${deleted}`).sort();
    assert.deepEqual(states(storage.journal.unfinished()), states(heads));
  });
});
