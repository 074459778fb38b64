import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { fitToWindow, roomFor } from '../../../../src/core/llm/fitToWindow.ts';
import { lengthOfRequest } from '../../../../src/core/llm/tokens.ts';
import type { LlmMessage, LlmRequest } from '../../../../src/core/ports/LlmStream.ts';

const asks = (content: string): LlmMessage => ({ role: 'user', content });
const wants = (...ids: string[]): LlmMessage => ({ role: 'assistant', content: '', toolCalls: ids.map((id) => ({ id, name: 'read_file', arguments: '{}' })) });
const gives = (callId: string, content: string): LlmMessage => ({ role: 'tool', callId, content });
const request = (...messages: LlmMessage[]): LlmRequest => ({ messages: [{ role: 'system', content: 'You are Coder.' }, ...messages], tools: [], format: 'text' });
const old = 'o'.repeat(5_000);
const contents = (messages: readonly LlmMessage[]): string[] => messages.flatMap((message) => (message.role === 'tool' ? [message.content] : []));

describe('A request and the window of its model', () => {
  const long = request(asks('hi'), wants('a'), gives('a', old), wants('b'), gives('b', old), wants('c'), gives('c', old));

  it('stays as it is where it fits', () => {
    assert.deepEqual(fitToWindow(long, lengthOfRequest(long)), { messages: long.messages, results: 0 });
  });

  it('loses the oldest results of tools first, and no more than it must, and says so to the model', () => {
    const fitted = fitToWindow(long, lengthOfRequest(long) - 1);
    assert.ok(fitted);
    const [first = '', ...others] = contents(fitted.messages);
    assert.match(first, /^\[Left out by Agent Runtime.*5000 characters\. Call the tool again/);
    assert.deepEqual(others, [old, old]);
    assert.equal(fitted.results, 1);
  });

  it('loses what the model has not seen last, and only a part of it', () => {
    const fitted = fitToWindow(long, 3_000);
    assert.ok(fitted);
    const [first = '', second = '', last = ''] = contents(fitted.messages);
    assert.match(first, /^\[Left out/);
    assert.match(second, /^\[Left out/);
    assert.match(last, /^o{500,}\n\[Cut by Agent Runtime.*5000 characters/);
    assert.equal(fitted.results, 3);
    assert.ok(lengthOfRequest({ ...long, messages: fitted.messages }) <= 3_000);
  });

  it('is cut evenly where several results are new: the longest lose most', () => {
    const fresh = request(asks('hi'), wants('a', 'b', 'c'), gives('a', 's'.repeat(700)), gives('b', 'm'.repeat(3_000)), gives('c', 'l'.repeat(9_000)));
    const fitted = fitToWindow(fresh, 5_000);
    assert.ok(fitted);
    const lengths = contents(fitted.messages).map(({ length }) => length);
    assert.equal(lengths[0], 700);
    assert.equal(lengths[1], lengths[2]);
    assert.ok(lengthOfRequest({ ...fresh, messages: fitted.messages }) <= 5_000);
  });

  it('does not fit where the person alone wrote more', () => {
    assert.equal(fitToWindow(request(asks('x'.repeat(9_000)), wants('a'), gives('a', old)), 3_000), undefined);
  });

  it('fits or does not, and never loses anything but results', () => {
    const text = fc.nat({ max: 3_000 }).map((length) => 'x'.repeat(length));
    const message = fc.oneof(text.map(asks), text.map((content): LlmMessage => ({ role: 'assistant', content, toolCalls: [] })), fc.tuple(fc.constantFrom('a', 'b'), text).map(([id, content]) => gives(id, content)));
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), fc.nat({ max: 20_000 }), (messages, room) => {
        const whole = request(...messages);
        const fitted = fitToWindow(whole, room);
        if (fitted === undefined) {
          assert.ok(lengthOfRequest(whole) > room);
          return;
        }
        assert.ok(lengthOfRequest({ ...whole, messages: fitted.messages }) <= room);
        const changed = fitted.messages.filter((one, index) => one !== whole.messages[index]);
        assert.equal(changed.length, fitted.results);
        assert.ok(changed.every(({ role }) => role === 'tool'));
        assert.equal(fitted.messages.length, whole.messages.length);
      }),
    );
  });

  it('leaves a place for the answer', () => {
    assert.deepEqual([roomFor(128_000, undefined), roomFor(4_096, undefined), roomFor(128_000, 32_000), roomFor(8_192, 8_192), roomFor(128_000, 64_000)], [119_808, 3_072, 96_000, 6_144, 64_000]);
  });
});
