/* What keeping a message costs: bench:storage, beside rewriting one JSON file a message in the same run. */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { JournalPage, UncommittedEvent } from '../../src/core/ports/Journal.ts';
import type { ProjectedSession } from '../../src/core/ports/Projections.ts';
import type { Storage } from '../../src/storage/openStorage.ts';
import { BLOB_LENGTH } from '../../src/storage/payloads.ts';
import { recovering } from './recovering.ts';
import { said, StorageFolder, uncommitted } from '../support/storage.ts';

const LENGTHS = [10, 100, 1_000, 10_000];
/** Messages that are measured at each length, over all its sessions. */
const MEASURED = 400;
const ROUNDS = 3;
/** A host checkpoints about that often, in idle moments. */
const CHECKPOINT_EVERY = 100;
const APPENDS = 10_000;
const SYNCED = 500;

interface Cost {
  milliseconds: number;
  bytes: number;
}

interface Figure {
  name: string;
  figure: number;
  unit: string;
  budget?: number;
}

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const percentile = (values: readonly number[], part: number): number => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? NaN;
const median = (values: readonly number[]): number => percentile(values, 0.5);

/** About 2 KB that no other message has. */
const message = (sessionId: string): UncommittedEvent => said(sessionId, randomBytes(1_400).toString('base64'));

function timed(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** Bytes that this process has handed to the file system; without Linux's /proc none are counted. */
function written(): number {
  try {
    return Number(/^wchar: (\d+)/m.exec(fs.readFileSync('/proc/self/io', 'utf8'))?.[1]);
  } catch {
    return NaN;
  }
}

/** How long each call took, until one says that there is no more. */
function repeated<T>(call: (previous: T | undefined) => T, more: (result: T) => boolean): number[] {
  const times: number[] = [];
  let result: T | undefined;
  do {
    const start = performance.now();
    result = call(result);
    times.push(performance.now() - start);
  } while (more(result));
  return times;
}

function withStorage<T>(body: (storage: Storage, folder: StorageFolder) => T): T {
  const folder = new StorageFolder();
  try {
    return body(folder.open(), folder);
  } finally {
    folder.dispose();
  }
}

function appendAll(storage: Storage, events: readonly UncommittedEvent[], powerCut = false): number[] {
  return events.map((event, index) => {
    const milliseconds = timed(() => storage.journal.append(event, { powerCut }));
    if (index % CHECKPOINT_EVERY === CHECKPOINT_EVERY - 1) storage.journal.checkpoint();
    return milliseconds;
  });
}

/** Messages into sessions of a length; a short session is not made long by measuring it. */
function journalCost(length: number): Cost {
  return withStorage((storage) => {
    const sessions = Array.from({ length: Math.max(1, Math.ceil(MEASURED / length)) }, (_, index) => `session ${index}`);
    for (const id of sessions) {
      storage.leases.take(id);
      appendAll(storage, Array.from({ length }, () => message(id)));
    }
    storage.journal.checkpoint();
    const events = Array.from({ length: MEASURED }, (_, index) => message(sessions[index % sessions.length] ?? ''));
    const before = written();
    const times = appendAll(storage, events);
    storage.journal.checkpoint();
    return { milliseconds: median(times), bytes: (written() - before) / MEASURED };
  });
}

/** The same message with a file of all messages that is written anew, and renamed into place. */
function jsonCost(length: number): Cost {
  const folder = new StorageFolder();
  const file = path.join(folder.path, 'session.json');
  const messages = Array.from({ length }, () => message('session'));
  const before = written();
  const samples = length < 1_000 ? 50 : 5;
  const times = Array.from({ length: samples }, () => {
    const next = message('session');
    return timed(() => {
      fs.writeFileSync(`${file}.new`, JSON.stringify([...messages, next]));
      fs.renameSync(`${file}.new`, file);
    });
  });
  const bytes = (written() - before) / samples;
  folder.dispose();
  return { milliseconds: median(times), bytes };
}

/** Ours and JSON, in turns. */
function compareLengths(): Figure[] {
  const ours: Cost[] = [];
  // the first ones are slow: nothing is compiled
  journalCost(100);
  console.log('length    journal ms  journal bytes    JSON file ms  JSON file bytes   a message of 2 KB');
  for (const length of LENGTHS) {
    const rounds = Array.from({ length: ROUNDS }, () => journalCost(length));
    const cost = { milliseconds: median(rounds.map(({ milliseconds }) => milliseconds)), bytes: median(rounds.map(({ bytes }) => bytes)) };
    const json = jsonCost(length);
    ours.push(cost);
    const cells = [cost.milliseconds.toFixed(4), cost.bytes.toFixed(0), json.milliseconds.toFixed(3), json.bytes.toFixed(0)];
    console.log(`${String(length).padEnd(8)}${cells.map((cell) => cell.padStart(14)).join('')}`);
  }
  const growth = (key: keyof Cost): number => {
    const costs = ours.map((cost) => cost[key]).filter((cost) => !Number.isNaN(cost));
    return costs.length === 0 ? 0 : (Math.max(...costs) / Math.min(...costs) - 1) * 100;
  };
  return [
    { name: 'time from 10 to 10,000 messages, grows by', figure: growth('milliseconds'), unit: '%', budget: 20 },
    { name: 'bytes from 10 to 10,000 messages, grow by', figure: growth('bytes'), unit: '%', budget: 20 },
  ];
}

/** Of each figure, the one in the middle. */
function medianOf(rounds: readonly Figure[][]): Figure[] {
  const [first = []] = rounds;
  return first.map((figure, index) => ({ ...figure, figure: median(rounds.map((round) => round[index]?.figure ?? NaN)) }));
}

function appends(): Figure[] {
  return withStorage((storage) => {
    storage.leases.take('s');
    const checkpoints: number[] = [];
    const times: number[] = [];
    for (let done = 0; done < APPENDS; done += CHECKPOINT_EVERY) {
      const events = Array.from({ length: CHECKPOINT_EVERY }, () => message('s'));
      times.push(...events.map((event) => timed(() => storage.journal.append(event, { powerCut: false }))));
      checkpoints.push(timed(() => storage.journal.checkpoint()));
    }
    const synced = appendAll(storage, Array.from({ length: SYNCED }, () => message('s')), true);
    const large = appendAll(storage, Array.from({ length: SYNCED }, () => said('s', randomBytes(BLOB_LENGTH).toString('base64'))));
    const pages = repeated((previous: JournalPage | undefined) => storage.journal.page('s', previous?.events.at(-1)?.seq ?? 0), ({ more }) => more);
    storage.journal.append(uncommitted('s', 'session.deleted', {}), { powerCut: false });
    const erasures = repeated(() => storage.journal.erase('s'), (more) => more);
    return [
      { name: 'append, FULL, median', figure: median(synced), unit: 'ms' },
      { name: 'append, FULL, p99.9', figure: percentile(synced, 0.999), unit: 'ms' },
      { name: 'append of 5 KB (a blob), median', figure: median(large), unit: 'ms' },
      { name: `checkpoint of ${CHECKPOINT_EVERY} messages, median`, figure: median(checkpoints), unit: 'ms' },
      { name: `checkpoint of ${CHECKPOINT_EVERY} messages, p99`, figure: percentile(checkpoints, 0.99), unit: 'ms' },
      { name: 'page, median', figure: median(pages), unit: 'ms' },
      { name: 'page, p99', figure: percentile(pages, 0.99), unit: 'ms', budget: 10 },
      { name: 'step of an erasure, median', figure: median(erasures), unit: 'ms' },
      { name: 'step of an erasure, p99', figure: percentile(erasures, 0.99), unit: 'ms', budget: 10 },
      { name: 'append, NORMAL, p99.9', figure: percentile(times, 0.999), unit: 'ms', budget: 1 },
      { name: 'append, NORMAL, median', figure: median(times), unit: 'ms', budget: 0.05 },
    ];
  });
}

/** 1,000 sessions of 100 messages, listed by a host that has just opened the file. */
function listing(): Figure[] {
  return withStorage((storage, folder) => {
    for (let session = 0; session < 1_000; session += 1) {
      const sessionId = `session ${session}`;
      storage.leases.take(sessionId);
      const events = Array.from({ length: 100 }, (_, index) => said(sessionId, `message ${index} of session ${session}`));
      appendAll(storage, events);
      const messages = events.map(({ eventId, timestamp }, index) => ({ messageId: eventId, seq: index + 1, role: 'user' as const, timestamp, excerpt: `message ${index}` }));
      const row = { sessionId, title: `Session ${session}`, createdAt: '2026-11-22', updatedAt: `2026-11-22 ${session}`, messageCount: 100 };
      const change: ProjectedSession = { seq: 100, row, messages };
      storage.projections.writeSessions([change]);
    }
    storage.close();
    let next: Storage | undefined;
    const opening = timed(() => (next = folder.open()));
    const listings = Array.from({ length: 10 }, () => timed(() => next?.projections.list()));
    if (next?.projections.list().length !== 1_000) throw new Error('The list is not whole');
    return [
      { name: 'opening it', figure: opening, unit: 'ms' },
      { name: 'listing 1,000 sessions of 100 messages, the first time', figure: listings[0] ?? NaN, unit: 'ms', budget: 100 },
    ];
  });
}

async function recovery(): Promise<Figure[]> {
  const rounds = [await recovering(), await recovering(), await recovering()];
  const questions = rounds[0]?.questions ?? 0;
  const total = median(rounds.map((round) => round.total));
  const longest = median(rounds.map((round) => round.longest));
  return [
    { name: `recovery of 1,000 sessions of 100 messages, ${questions} of which ask again`, figure: total, unit: 'ms', budget: 1_000 },
    { name: 'the longest that it holds the host', figure: longest, unit: 'ms' },
  ];
}

async function inTurns(run: () => Promise<Figure[]>): Promise<Figure[][]> {
  const rounds: Figure[][] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await run());
  return rounds;
}

async function main(): Promise<void> {
  const figures = [...medianOf(await inTurns(recovery)), ...compareLengths(), ...medianOf(Array.from({ length: ROUNDS }, listing)), ...medianOf(Array.from({ length: ROUNDS }, appends))];
  const describeFigure = ({ figure, unit, budget }: Figure): string => `${figure.toFixed(unit === '%' ? 1 : 4)} ${unit}${budget === undefined ? '' : ` (budget ${budget} ${unit})`}`;
  for (const figure of figures) console.log(`bench:storage ${figure.name}: ${describeFigure(figure)}`);
  const most = figures.at(-1);
  if (most !== undefined) console.log(`storage: ${describeFigure(most)}`);
  if (process.argv.includes('--check') && figures.some(({ figure, budget }) => budget !== undefined && !(figure <= budget))) process.exitCode = 1;
}

void main();
