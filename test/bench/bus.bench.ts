/* What the bus costs: bench:bus, beside bare eventemitter3 and emittery in the same run, with five subscribers each. */
import Emittery from 'emittery';
import { EventEmitter } from 'eventemitter3';
import { Dispatcher } from '../../src/core/bus/Dispatcher.ts';
import { EventBus, type EventDraft } from '../../src/core/bus/EventBus.ts';
import { EventCounters } from '../../src/core/bus/EventCounters.ts';
import type { RuntimeEvent } from '../../src/protocol/events.ts';
import { systemClock } from '../../src/vscode/adapters/systemClock.ts';
import { MemoryLog } from '../support/ports.ts';
import { MemoryJournal } from '../support/MemoryStore.ts';

const ROUNDS = 31;
/** Calls in one round: some 20 ms of each. */
const DISPATCHES = 200_000;
const PUBLISHES = 10_000;
const TIMES_EMIT = 3;
const PUBLISH_MICROSECONDS = 5;

const draft: EventDraft<'llm.text.delta'> = {
  type: 'llm.text.delta',
  source: 'LLMStreamService',
  sessionId: '0b6d3c1e-7d0f-4a51-9b55-0f5d3f3c2a10',
  correlationId: '5a0f4f57-4f0a-4f0e-8b5c-9a3f1b8f9c11',
  causationId: 'f1d5d2f4-3e31-4c8a-9d4d-6a6b7c8d9e12',
  data: { messageId: 'c3b2a190-1122-4334-8556-67788990aa13', agent: 'coder', text: 'a piece of an answer ' },
};

/** What the handlers did, so that none of them can be left out. */
let called = 0;
/** Five functions and not one five times: no call site may know its handler. */
const handlers: readonly ((event: RuntimeEvent) => void)[] = [
  () => void (called += 1),
  ({ version }) => void (called += version),
  (event) => {
    if (event.source !== '') called += 1;
  },
  ({ type }) => {
    if (type === draft.type) called += 1;
  },
  ({ correlationId }) => {
    called += correlationId === '' ? 0 : 1;
  },
];
const SUBSCRIBERS = handlers.length;

function newBus(): EventBus {
  return new EventBus({ journal: new MemoryJournal(), clock: systemClock, log: new MemoryLog() });
}

interface Contender {
  name: string;
  calls: number;
  /** Runs it that many times; a promise where it is asynchronous. */
  run: (times: number) => void | Promise<void>;
  /** Nanoseconds a call, by round. */
  rounds: number[];
}

function contenders(): { emit: Contender; dispatch: Contender; publish: Contender; emittery: Contender } {
  const event: RuntimeEvent = newBus().publish(draft);
  const bare = new EventEmitter<Record<string, [RuntimeEvent]>>();
  const emittery = new Emittery<Record<string, RuntimeEvent>>();
  const dispatcher = new Dispatcher({ log: new MemoryLog(), counters: new EventCounters() });
  const bus = newBus();
  for (const handler of handlers) {
    bare.on(event.type, handler);
    emittery.on(event.type, handler);
    dispatcher.subscribe((type) => type === event.type, handler);
    bus.onAll(handler);
  }
  const repeat = (call: () => unknown) => (times: number) => {
    for (let i = 0; i < times; i += 1) call();
  };
  return {
    emit: { name: 'eventemitter3, emit', calls: DISPATCHES, rounds: [], run: repeat(() => bare.emit(event.type, event)) },
    dispatch: { name: 'ours, dispatch', calls: DISPATCHES, rounds: [], run: repeat(() => dispatcher.dispatch(event)) },
    publish: { name: 'ours, publish: envelope, validation, dispatch', calls: PUBLISHES, rounds: [], run: repeat(() => bus.publish(draft)) },
    emittery: {
      name: 'emittery, emit awaited',
      calls: PUBLISHES,
      rounds: [],
      run: async (times) => {
        for (let i = 0; i < times; i += 1) await emittery.emit(event.type, event);
      },
    },
  };
}

async function round(contender: Contender): Promise<number> {
  const before = called;
  const start = performance.now();
  await contender.run(contender.calls);
  const nanoseconds = ((performance.now() - start) * 1e6) / contender.calls;
  if (called - before !== contender.calls * SUBSCRIBERS) throw new Error(`${contender.name} did not reach every subscriber`);
  return nanoseconds;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

async function main(): Promise<void> {
  const { emit, dispatch, publish, emittery } = contenders();
  const all = [emit, dispatch, publish, emittery];
  for (const contender of [...all, ...all]) await round(contender);
  for (let i = 0; i < ROUNDS; i += 1) for (const contender of all) contender.rounds.push(await round(contender));

  console.log(`${SUBSCRIBERS} subscribers, ${ROUNDS} interleaved rounds, handlers ran ${called} times`);
  for (const { name, rounds } of all) console.log(`${name.padEnd(48)}${median(rounds).toFixed(1).padStart(10)} ns a call`);
  // by round: what slows a machine down for a moment slows both
  const times = median(dispatch.rounds.map((figure, i) => figure / (emit.rounds[i] ?? NaN)));
  const microseconds = median(publish.rounds) / 1000;
  console.log(`dispatch over bare emit: ${times.toFixed(2)}× (budget ${TIMES_EMIT}×)`);
  console.log(`publish: ${microseconds.toFixed(2)} µs (budget ${PUBLISH_MICROSECONDS} µs)`);
  console.log(`bus: dispatch ${times.toFixed(2)}×, publish ${microseconds.toFixed(2)} µs (budget ${TIMES_EMIT}×, ${PUBLISH_MICROSECONDS} µs)`);
  const within = times <= TIMES_EMIT && microseconds <= PUBLISH_MICROSECONDS;
  if (process.argv.includes('--check') && !within) process.exitCode = 1;
}

void main();
