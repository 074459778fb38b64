import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { BLOB_LENGTH, decodePayload, encodePayload, hashOf } from '../../../src/storage/payloads.ts';

const long = (text: string): string => text.repeat(Math.ceil(BLOB_LENGTH / text.length));

function roundTrip(value: unknown): unknown {
  const { json, blobs } = encodePayload(value);
  return decodePayload(json, (hash) => {
    const text = blobs.get(hash);
    assert.ok(text !== undefined && text.isWellFormed(), `no blob ${hash} that UTF-8 can hold`);
    return text;
  });
}

const dollar = fc.constantFrom('$', '$$', '$blob', '$json', '$data', '$text', '$$blob', '__proto__', 'a', '1');
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('\ud800', 'a\0b', '\udfff\ud800', '{"a":1}', '[', '"', '{"$blob":"x"}'));
const large = fc.tuple(text, fc.integer({ min: 1, max: 3 })).map(([part, times]) => long(part === '' ? ' ' : part).repeat(times));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    large,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.oneof(dollar, fc.string()), tie('value'), { maxKeys: 5 }),
    tie('value').map((inner) => JSON.stringify(inner)),
    tie('value').map((inner) => JSON.stringify({ path: 'a.ts', content: inner, rest: long('x') })),
  ),
}));

describe('payloads', () => {
  it('restores exactly what it took', () => {
    fc.assert(
      fc.property(value, (data) => {
        // what JSON can hold: no -0
        const json = JSON.stringify(data);
        assert.equal(JSON.stringify(roundTrip(data)), json);
        assert.deepEqual(roundTrip(data), JSON.parse(json));
      }),
      { numRuns: 2_000, seed: 3 },
    );
  });

  it('leaves small data as it is', () => {
    const data = { message: { content: 'x'.repeat(BLOB_LENGTH / 2) } };
    assert.deepEqual(encodePayload(data), { json: JSON.stringify(data), blobs: new Map() });
  });

  it('keeps a file’s content once, in a tool call’s arguments and beside them', () => {
    const content = long('line\n');
    const { blobs } = encodePayload([{ content }, { arguments: JSON.stringify({ path: 'a', content }) }, JSON.stringify({ deep: JSON.stringify({ content }) })]);
    assert.deepEqual([...blobs.values()], [content]);
  });

  it('keeps a long array as one blob, and JSON that is long by many small parts', () => {
    const rows = Array.from({ length: BLOB_LENGTH }, (_, old) => ({ kind: 'same', old }));
    assert.deepEqual([...encodePayload({ rows }).blobs.values()], [JSON.stringify(rows)]);
    assert.deepEqual([...encodePayload({ text: JSON.stringify({ rows }) }).blobs.values()], [JSON.stringify(rows)]);
  });

  it('keeps text that is almost JSON as text', () => {
    for (const almost of [`{"a": "${long('x')}"}`, `{"b":1,"1":"${long('x')}"}`, `[1,2,"${long('x')}"`]) {
      assert.deepEqual([...encodePayload({ almost }).blobs.values()], [almost]);
      assert.deepEqual(roundTrip({ almost }), { almost });
    }
  });

  it('keeps what a file held before a change as a blob under its hash, however short', () => {
    for (const before of ['', 'a', '{"a":1}', JSON.stringify({ a: long('x') }), long('line\n'), '\ud800']) {
      const data = { callId: 'c', tool: 't', files: [{ path: 'before', before, after: 'h' }, { path: 'b', before: null, after: null }] };
      const { json, blobs } = encodePayload(data, { type: 'tool.change.recorded' });
      assert.deepEqual([...blobs], [[hashOf(before.isWellFormed() ? before : JSON.stringify(before)), before.isWellFormed() ? before : JSON.stringify(before)]]);
      assert.ok(!json.includes('"before":""') && json.length < BLOB_LENGTH);
      assert.deepEqual(decodePayload(json, (hash) => blobs.get(hash) ?? 'none'), data);
      // a row that was written before it was so
      assert.deepEqual(decodePayload(JSON.stringify({ files: [{ before }] }), () => 'none'), { files: [{ before }] });
      assert.deepEqual(encodePayload({ before: 'a' }, { type: 'session.created' }).blobs.size, 0);
    }
  });

  it('says where a blob is missing or a marker is none', () => {
    const { json } = encodePayload({ content: long('x') });
    assert.throws(
      () =>
        decodePayload(json, () => {
          throw new Error('not there');
        }),
      /not there/,
    );
    assert.throws(() => decodePayload('{"a":{"$blob":1}}', () => ''));
  });
});
