import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { EventType } from '../../../../src/protocol/events.ts';
import type { AnswerKind } from '../../../support/heldAnswers.ts';
import { World, trappedTypes, type WorldOptions } from '../../../support/World.ts';
import type { OnSession, Step } from '../../../support/worldSteps.ts';
import { promisesOfHistory } from './promises.ts';
import { auditIsTheFold, leftOver, leftOverIsTakenUp, nothingIsKept, stateIsTheFold, tablesAreTheFold } from './state.ts';

/** More runs search for more faults; the seed and the path that a failure prints show it again. */
const { PROPERTY_RUNS: runs, PROPERTY_SEED: seed, PROPERTY_PATH: path } = process.env;
const RUNS = 2_000;

/** How many turns of the event loop follow a step; `rest`: as many as something happens by itself. */
type Pause = number | 'rest';
type Taken = readonly [Step, Pause];

const host = fc.nat(1);
const session = fc.nat(1);
const constant = <T extends string>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const pause: fc.Arbitrary<Pause> = fc.oneof({ weight: 3, arbitrary: fc.constant<Pause>('rest') }, { weight: 2, arbitrary: fc.nat(4) });
const writes: readonly AnswerKind[] = ['write', 'write', 'write', 'write twice', 'used id', 'several'];
const others: readonly AnswerKind[] = ['text', 'read', 'read twice', 'ask', 'ask', 'hand over', 'hand over', 'plan', 'done', 'malformed', 'unknown tool', 'cut off', 'text cut off', 'filtered', 'empty', 'busy', 'busy', 'broken in a call', 'broken', 'broken after text'];
const fate = constant('refused', 'killed before', 'killed after');
const critical = fc.constantFrom<EventType>('hitl.approval.requested', 'hitl.decision.made', 'tool.execution.started', 'tool.execution.completed', 'session.message.added', 'agent.processing.completed', 'session.message.queued', 'hitl.question.answered', 'agent.switched');

const onSession = (...steps: OnSession[]): fc.Arbitrary<Step> =>
  fc.record({ do: fc.constantFrom(...steps), host, session });
const approve: fc.Arbitrary<Step> = fc.record({ do: constant('decide'), host, question: fc.constant(0), decision: constant('approve'), hash: constant('right') });
const answer = (kinds: readonly AnswerKind[]): fc.Arbitrary<Step> => fc.record({ do: constant('answer'), request: fc.nat(3), kind: fc.constantFrom(...kinds), file: fc.nat(1) });
const edit: fc.Arbitrary<Step> = fc.record({ do: constant('edit'), file: fc.nat(1) });
const crash: fc.Arbitrary<Step> = fc.record({ do: constant('crash', 'crash', 'quit'), host });
const trap = (type: fc.Arbitrary<EventType | 'any'>): fc.Arbitrary<Step> => fc.record({ do: constant('trap'), host, type, fate });
const pass = (...milliseconds: number[]): fc.Arbitrary<Step> => fc.record({ do: constant('pass'), host, milliseconds: fc.constantFrom(...milliseconds) });

/** The person changes what is asked for. */
const policy: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: constant('preset'), host, preset: fc.constantFrom('askAll' as const, 'askWrites' as const, 'askWrites' as const, 'trustEdits' as const, 'readOnly' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: constant('rule'), host, session, file: fc.nat(1), effect: fc.constantFrom('allow' as const, 'allow' as const, 'ask' as const, 'deny' as const), scope: fc.constantFrom('session' as const, 'workspace' as const), remove: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: constant('trust'), trusted: fc.boolean() }) },
);

const anything: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: constant('send'), host, session, again: fc.boolean() }) },
  { weight: 8, arbitrary: answer([...writes, ...others]) },
  { weight: 6, arbitrary: approve },
  { weight: 3, arbitrary: fc.record({ do: constant('decide'), host, question: fc.nat(3), decision: constant('approve', 'reject'), hash: constant('right', 'wrong') }) },
  { weight: 3, arbitrary: fc.record({ do: constant('decide'), host, question: fc.nat(3), decision: constant('approve', 'reject'), hash: constant('right'), surface: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ do: constant('edit call'), host, question: fc.constant(0), shown: fc.constantFrom(true, true, true, false) }) },
  { weight: 2, arbitrary: policy },
  { weight: 2, arbitrary: fc.record({ do: constant('stream'), request: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: constant('show'), host, question: fc.nat(1) }) },
  { weight: 5, arbitrary: onSession('open', 'open', 'close') },
  { weight: 4, arbitrary: onSession('stop', 'resume', 'resume', 'lose') },
  { weight: 3, arbitrary: onSession('delete', 'restore', 'restore', 'erase') },
  { weight: 4, arbitrary: onSession('switch', 'withdraw') },
  { weight: 4, arbitrary: fc.record({ do: constant('reply'), host, session, words: fc.boolean() }) },
  { weight: 2, arbitrary: crash },
  { weight: 5, arbitrary: fc.record({ do: constant('start', 'start', 'start', 'create'), host }) },
  { weight: 4, arbitrary: trap(fc.constantFrom(...trappedTypes)) },
  { weight: 3, arbitrary: pass(1_000, 3_000, 25_000) },
  { weight: 1, arbitrary: edit },
);

/** What comes between the steps of a turn. */
const disturbance: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: crash },
  { weight: 4, arbitrary: trap(critical) },
  { weight: 3, arbitrary: onSession('stop', 'lose', 'close', 'open', 'delete', 'switch') },
  { weight: 3, arbitrary: fc.record({ do: constant('edit call'), host, question: fc.constant(0), shown: fc.constantFrom(true, true, false) }) },
  { weight: 2, arbitrary: policy },
  { weight: 1, arbitrary: pass(3_000, 25_000) },
  { weight: 1, arbitrary: edit },
);

/** Who most likely has a session: hosts create them in turn. */
const atHome = fc.constantFrom({ host: 0, session: 0 }, { host: 0, session: 0 }, { host: 1, session: 1 }, { host: 1, session: 0 });

/** The usual way of a turn, as far as nothing comes between: what disturbs it must find one. */
const turn: fc.Arbitrary<Taken[]> = fc
  .record({
    place: atHome,
    answered: answer(writes),
    pauses: fc.array(pause, { minLength: 4, maxLength: 4 }),
    disturbances: fc.array(fc.record({ at: fc.nat(3), disturbing: disturbance, here: fc.boolean() }), { maxLength: 2 }),
    resumed: fc.boolean(),
  })
  .map(({ place, answered, pauses, disturbances, resumed }) => {
    const approved: Step = { do: 'decide', host: place.host, question: 0, decision: 'approve', hash: 'right' };
    const usual: Step[] = [{ do: 'send', ...place, again: false }, answered, approved, approved, ...(resumed ? [{ do: 'resume' as const, ...place }, approved] : [])];
    return usual.flatMap((taken, index): Taken[] => {
      const between = disturbances.filter(({ at }) => at === index).map(({ disturbing, here }) => (here ? { ...disturbing, ...place } : disturbing));
      return [taken, ...between].map((one) => [one, pauses[index] ?? 'rest']);
    });
  });

/** What a model does that involves the person, or who works for them. */
const talks: readonly AnswerKind[] = ['ask', 'ask', 'hand over', 'hand over', 'plan', 'done', 'text', 'read', 'read twice', 'write', 'broken', 'busy', 'busy', 'broken in a call', 'cut off', 'text cut off'];

/** One move of a turn in which models and the person talk to each other. */
const talk = (place: { host: number; session: number }): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 8, arbitrary: answer(talks) },
    { weight: 6, arbitrary: fc.record({ do: constant('reply'), host: fc.constant(place.host), session: fc.constant(place.session), words: fc.boolean() }) },
    { weight: 4, arbitrary: fc.constant<Step>({ do: 'send', ...place, again: false }) },
    { weight: 2, arbitrary: fc.record({ do: constant('withdraw', 'switch', 'resume'), host: fc.constant(place.host), session: fc.constant(place.session) }) },
    { weight: 2, arbitrary: approve },
    { weight: 2, arbitrary: pass(3_000) },
    { weight: 1, arbitrary: fc.record({ do: constant('stop', 'lose', 'delete', 'restore'), host: fc.constant(place.host), session: fc.constant(place.session) }) },
    { weight: 1, arbitrary: disturbance },
  );

/** The person writes while a turn runs, is asked, and answers; agents hand over to each other. */
const conversation: fc.Arbitrary<Taken[]> = atHome.chain((place) =>
  fc
    .tuple(answer(talks), fc.array(fc.tuple(talk(place), pause), { minLength: 2, maxLength: 8 }))
    .map(([first, moves]): Taken[] => [[{ do: 'send', ...place, again: false }, 'rest'], [first, 'rest'], ...moves]),
);

/** A model that makes the same call until the person is asked whether it may go on. */
const loop: fc.Arbitrary<Taken[]> = fc.tuple(atHome, fc.array(fc.tuple(fc.oneof(disturbance, answer(['read'])), pause), { maxLength: 2 })).map(([place, moves]): Taken[] => {
  const again: Taken = [{ do: 'answer', request: 0, kind: 'read', file: 0 }, 'rest'];
  const replied: Taken = [{ do: 'reply', ...place, words: false }, 'rest'];
  return [[{ do: 'send', ...place, again: false }, 'rest'], again, again, again, again, ...moves, [{ do: 'start', host: place.host }, 'rest'], [{ do: 'open', ...place }, 'rest'], replied, again];
});

/** A host comes in place of one that ended, and somebody opens what it had. */
const comeBack: fc.Arbitrary<Taken[]> = fc
  .tuple(host, host, session, approve)
  .map(([place, by, opened, approved]) => [[{ do: 'start', host: place }, 'rest'], [{ do: 'open', host: by, session: opened }, 'rest'], [approved, 'rest']]);

/** Another host shows a session, and gets it when its owner ends, closes or loses it; and at once somebody does something there. */
const handOver: fc.Arbitrary<Taken[]> = fc
  .record({ place: atHome, how: constant('crash', 'close', 'lose'), pauses: fc.tuple(fc.nat(3), pause), then: constant('send', 'close', 'delete', 'resume') })
  .map(({ place: { host: from, session: handed }, how, pauses, then }) => {
    const to = how === 'crash' ? 0 : 1 - from;
    const given: Step = how === 'crash' ? { do: 'crash', host: from } : { do: how, host: from, session: handed };
    const used: Step = then === 'send' ? { do: 'send', host: to, session: handed, again: false } : { do: then, host: to, session: handed };
    return [[{ do: 'open', host: 1 - from, session: handed }, 'rest'], [given, 'rest'], [{ do: 'pass', host: to, milliseconds: 3_000 }, pauses[0]], [used, pauses[1]]];
  });

/** A deletion, with what may come while it is under way. */
const deletion: fc.Arbitrary<Taken[]> = fc
  .tuple(atHome, constant('close', 'restore', 'open', 'erase'), constant('erase', 'restore', 'delete'), fc.array(pause, { minLength: 3, maxLength: 3 }))
  .map(([place, second, third, pauses]) => (['delete', second, third] as const).map((step, index): Taken => [{ do: step, ...place }, pauses[index] ?? 'rest']));

const story: fc.Arbitrary<Taken[]> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.tuple(anything, pause).map((taken): Taken[] => [taken]) },
      { weight: 5, arbitrary: turn },
      { weight: 4, arbitrary: conversation },
      { weight: 1, arbitrary: loop },
      { weight: 2, arbitrary: comeBack },
      { weight: 1, arbitrary: handOver },
      { weight: 1, arbitrary: deletion },
    ),
    { minLength: 1, maxLength: 20, size: 'max' },
  )
  .map((parts) => parts.flat());

const options: fc.Arbitrary<WorldOptions> = fc.record({
  hosts: fc.constantFrom(1, 2),
  sessions: fc.constantFrom(1, 1, 2),
  holdRoutes: fc.constantFrom(false, false, false, true),
  eventDriven: fc.constantFrom(true, true, true, false),
});

async function live(world: World, chosen: WorldOptions, steps: readonly Taken[]): Promise<void> {
  for (const place of world.hosts.keys()) await world.settled(world.boot(place).recovered, 'recovery');
  for (let index = 0; index < chosen.sessions; index += 1) await world.take({ do: 'create', host: index });
  await world.rest();
  for (const [taken, turns] of steps) {
    const before = world.everyHost.length;
    const left = taken.do === 'start' ? leftOver(world) : undefined;
    await world.take(taken);
    if (left !== undefined && world.everyHost.length > before) leftOverIsTakenUp(world, left);
    if (turns === 'rest') await world.rest();
    else await world.turn(turns);
    stateIsTheFold(world);
  }
  await world.rest();
  stateIsTheFold(world);
}

/** Every host that lives stops what runs, and closes what it shows. */
async function close(world: World): Promise<void> {
  for (const living of world.living) living.trap = undefined;
  for (const { core, shown, name, projections } of world.living) {
    for (const id of world.sessionIds) core.orchestrator.stop(id);
    await world.settled(core.orchestrator.idle(), `a turn of ${name}`);
    await world.settled(core.bus.idle(), `a handler of ${name}`);
    stateIsTheFold(world);
    projections.failure = undefined;
    await world.settled(core.persistence.flush(), `a save of ${name}`);
    for (const id of shown.keys()) core.openSessions.close(id);
    shown.clear();
  }
  await world.rest();
  // what was open in another window is recovered now, and may ask again, in one window after the other
  for (const { core, name, clock } of world.living) {
    clock.pass(10_000);
    await world.rest();
    for (const id of world.sessionIds) core.orchestrator.stop(id);
    await world.settled(core.orchestrator.idle(), `a turn of ${name}`);
    await world.rest();
  }
}

/** Hosts that close everything keep nothing, and have saved everything that no dead one left. */
async function endInPeace(world: World): Promise<void> {
  await close(world);
  for (const { core, name } of world.living) await world.settled(core.persistence.flush(), `a save of ${name}`);
  // a session without a message is written when it is first listed
  const saved = world.sessionIds.filter((id) => world.store.of(id).some(({ type }) => type === 'session.message.added'));
  if (world.everyHost.every(({ alive }) => alive)) tablesAreTheFold(world, saved);
  for (const { core } of world.living) for (const id of world.sessionIds) if (isGone(world, id)) await world.settled(core.deletion.erase(id), 'an erasure');
  // who waited for a session that is gone notices that now
  for (const { clock } of world.living) clock.pass(10_000);
  await world.rest();
  for (const living of world.living) nothingIsKept(world, living);
}

const isGone = (world: World, id: string): boolean => world.store.head(id)?.deleted !== false;

/** All hosts end, one comes and recovers what they left, and then nothing is left open. */
async function end(world: World, inPeace: boolean): Promise<void> {
  if (inPeace) await endInPeace(world);
  for (const living of world.living) living.kill();
  const left = leftOver(world);
  const { host: last, recovered } = world.boot(0);
  await world.settled(recovered, 'recovery');
  leftOverIsTakenUp(world, left);
  // a turn whose question is forbidden by now goes on
  const going = new Set(world.commits.slice(left.after).flatMap(({ event }) => (event.type === 'hitl.verdict.given' && event.data.verdict === 'deny' ? [event.sessionId] : [])));
  tablesAreTheFold(world, world.sessionIds.filter((id) => !going.has(id)));
  for (const id of world.sessionIds) {
    const opened = await world.settled(last.core.openSessions.open(id), 'opening');
    if (opened !== undefined) last.shown.set(id, opened);
  }
  auditIsTheFold(world, world.sessionIds);
  for (const id of world.sessionIds) if (isGone(world, id)) assert.equal(world.store.of(id).length, 0, 'a deleted session was not erased by the next start');
  await close(world);
  nothingIsKept(world, last);
}

describe('Whatever happens in whatever order', () => {
  it('keeps every promise', async () => {
    await fc.assert(
      fc.asyncProperty(options, story, fc.boolean(), async (chosen, steps, inPeace) => {
        const world = new World(chosen);
        try {
          await live(world, chosen, steps);
          await end(world, inPeace);
        } finally {
          for (const living of world.everyHost) living.core.dispose();
        }
        for (const promise of Object.values(promisesOfHistory)) promise(world);
      }),
      { numRuns: Number(runs ?? RUNS), ...(seed === undefined ? {} : { seed: Number(seed) }), ...(path === undefined ? {} : { path }) },
    );
  }).timeout(Math.max(120_000, Number(runs ?? 0) * 60));
});
