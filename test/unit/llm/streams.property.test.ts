import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { LlmChunk } from '../../../src/core/ports/LlmStream.ts';
import { cutAt, outcomeOf, read, streamFixtures } from '../../support/streams.ts';

const streams = streamFixtures();

describe('streams, however they are split', () => {
  it('any split of any stream gives the same', async () => {
    const whole = new Map(await Promise.all([...streams].map(async ([name, bytes]) => [name, await outcomeOf(read([bytes]))] as const)));
    const split = fc
      .constantFrom(...streams.keys())
      .chain((name) => fc.tuple(fc.constant(name), fc.array(fc.nat((streams.get(name)?.length ?? 1) - 1), { maxLength: 60 })));
    await fc.assert(
      fc.asyncProperty(split, async ([name, cuts]) => {
        assert.deepEqual(await outcomeOf(read(cutAt(streams.get(name) ?? assert.fail(name), cuts))), whole.get(name));
      }),
      { numRuns: 1500 },
    );
  }).timeout(30_000);

  /** A call as a model means it, and how a server writes it. */
  const call = fc.record({ name: fc.constantFrom('read_file', 'list_files', 'write_file'), value: fc.string({ unit: 'binary', maxLength: 20 }), cuts: fc.array(fc.nat(30), { maxLength: 4 }) });
  const shape = fc.record({ index: fc.boolean(), id: fc.boolean(), sameIndex: fc.boolean(), idAgain: fc.boolean(), nameAgain: fc.boolean(), interleaved: fc.boolean(), nulls: fc.boolean() });

  it('any calls, told in any way that tells them apart, come once each and whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 4 }), shape, fc.nat(), async (calls, how, seed) => {
        const fragments = calls.map(({ name, value, cuts }, number) => {
          const text = JSON.stringify({ value });
          const parts = cutText(text, cuts);
          // index and id both left out leave the name to tell the calls apart
          const sameIndex = how.sameIndex && how.id;
          const index = how.index ? { index: sameIndex ? 0 : number } : how.nulls ? { index: null } : {};
          return parts.map((part, at) => ({
            ...index,
            ...(how.id && (at === 0 || how.idAgain || (how.interleaved && !(how.index && !sameIndex))) ? { id: `call_${number}` } : how.nulls ? { id: null } : {}),
            type: 'function',
            function: { ...(at === 0 || how.nameAgain ? { name } : how.nulls ? { name: null } : {}), arguments: part },
          }));
        });
        const mixed = how.interleaved && (how.index || how.id) && !(how.index && how.sameIndex && !how.id);
        const order = mixed ? interleave(fragments, seed) : fragments.flat();
        const lines = order.map((fragment) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [fragment] } }] })}\n\n`);
        const bytes = new TextEncoder().encode(`${lines.join('')}data: [DONE]\n\n`);
        const outcome = await outcomeOf(read([bytes]));
        const wanted = calls.map(({ name, value }) => `${name}(${JSON.stringify({ value })})`);
        assert.deepEqual(outcome, { calls: mixed ? wantedInOrder(order, wanted, fragments) : wanted, finish: 'tool_calls' });
      }),
      { numRuns: 1000 },
    );
  }).timeout(30_000);

  it('whatever a server sends is an answer or an error, never a crash', async () => {
    const json = fc.json({ maxDepth: 4 }).map((text) => `data: ${text}\n\n`);
    const odd = fc.oneof(json, fc.string({ unit: 'binary' }), fc.constantFrom('\r', '\n', 'data:', 'event: error\n', '{', '}', 'data: [DONE]\n\n', 'data: {"choices":[{"delta":', '":"'));
    const field = fc.constantFrom('choices', 'delta', 'message', 'error', 'usage', 'content', 'tool_calls', 'function', 'index', 'finish_reason', 'reasoning', 'function_call');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 6 }, fc.constantFrom(null, 0, '', 'stop', true), fc.array(tie('tree'), { maxLength: 2 }), fc.dictionary(field, tie('tree'), { maxKeys: 3 })),
    }));
    const shaped = tree.map((value) => `data: ${JSON.stringify({ choices: [value, { delta: value, message: value }], usage: value })}\n\n`);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(odd, shaped), { maxLength: 8 }), async (parts) => {
        const chunks: LlmChunk[] = [];
        try {
          for await (const chunk of read([new TextEncoder().encode(parts.join(''))])) chunks.push(chunk);
          const said = chunks.map(({ type }) => type).filter((type) => type !== 'usage');
          // a "stop" may come with every piece, the last one among them
          assert.equal(said.at(-1), 'finish', 'there is no end, or something follows it');
          const reasons = chunks.flatMap((chunk) => (chunk.type === 'finish' ? [chunk.reason] : []));
          for (const reason of reasons.slice(0, -1)) assert.ok(reason === 'stop' || reason === 'tool_calls', reason);
        } catch (error) {
          assert.match(error instanceof Error ? error.constructor.name : '', /^(?:Error|ServerFailure)$/, String(error));
        }
        for (const chunk of chunks) if ('text' in chunk) assert.equal(typeof chunk.text, 'string');
      }),
      { numRuns: 1500 },
    );
  }).timeout(30_000);
});

function cutText(text: string, cuts: readonly number[]): string[] {
  const edges = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length];
  return edges.slice(1).map((end, index) => text.slice(edges[index], end));
}

/** In any order that keeps that of each list. */
function interleave<T>(lists: readonly (readonly T[])[], seed: number): T[] {
  const rest = lists.map((list) => [...list]);
  const order: T[] = [];
  for (let turn = seed; rest.some((list) => list.length > 0); turn = Math.imul(turn, 1103515245) + 12345) {
    const open = rest.filter((list) => list.length > 0);
    const next = open[Math.abs(turn >> 8) % open.length]?.shift();
    if (next !== undefined) order.push(next);
  }
  return order;
}

/** Calls stand in the order in which they began. */
function wantedInOrder<T>(order: readonly T[], wanted: readonly string[], fragments: readonly (readonly T[])[]): string[] {
  return order.flatMap((fragment) => wanted.filter((_, number) => fragments[number]?.[0] === fragment));
}
