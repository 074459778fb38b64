import { createParser, type EventSourceMessage, type ParseError } from 'eventsource-parser';
import { parsed } from './json.ts';

/** One event of a stream: its JSON, or `[DONE]`, or what could not be read as either. */
export type StreamEvent = { kind: 'json'; name: string; value: unknown } | { kind: 'done' } | { kind: 'unreadable'; name: string; text: string };

/** Characters of one event. Beyond it no server means an answer. */
const LONGEST = 16 * 1024 * 1024;

/**
 * Server-sent events as model servers have them: data is JSON or `[DONE]`, some leave the empty line between two events out, and what
 * is no field at all may be an answer or an error in plain JSON, in one line or in many.
 */
export class EventStreamDecoder {
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({ onEvent: (event) => this.#event(event), onError: (error) => this.#stray(error), maxBufferSize: LONGEST });
  #events: StreamEvent[] = [];
  #begun = false;
  /** Lines that are no fields. */
  #plain = '';

  /** The events that a piece completes, however the bytes were cut. */
  take(bytes: Uint8Array): readonly StreamEvent[] {
    return this.#feed(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The events that the end completes: their last line may lack its end. */
  end(): readonly StreamEvent[] {
    const events = [...this.#feed(`${this.#decoder.decode()}\n\n`)];
    if (this.#plain.trim() !== '') events.push({ kind: 'unreadable', name: '', text: this.#plain });
    this.#plain = '';
    return events;
  }

  #feed(text: string): readonly StreamEvent[] {
    this.#events = [];
    this.#parser.feed(text);
    return this.#events;
  }

  #event({ event: name = '', data }: EventSourceMessage): void {
    this.#begun = true;
    const whole = eventOf(name, data);
    const lines = whole?.kind === 'unreadable' ? data.split('\n').map((line) => eventOf(name, line)) : [];
    // several events without an empty line between them
    const several = lines.length > 1 && lines.every((event) => event?.kind !== 'unreadable');
    for (const event of several ? lines : [whole]) if (event !== undefined) this.#events.push(event);
  }

  #stray({ type, line = '' }: ParseError): void {
    if (type === 'max-buffer-size-exceeded') throw new Error('The server sent an event without an end');
    if (type !== 'unknown-field' || (this.#begun && this.#plain === '' && !/^\s*[{[<]/.test(line))) return;
    this.#plain = this.#plain === '' ? line : `${this.#plain}\n${line}`;
    if (this.#plain.length > LONGEST) throw new Error('The server sent an answer without an end');
    // what is written over several lines ends where it began: at the margin
    const value = /^[[\]{}]/.test(line) ? parsed(this.#plain) : undefined;
    if (value === undefined) return;
    this.#plain = '';
    this.#events.push({ kind: 'json', name: '', value });
  }
}

/** `undefined` where there is nothing in it. */
function eventOf(name: string, data: string): StreamEvent | undefined {
  const text = data.trim();
  if (text === '') return undefined;
  if (text === '[DONE]') return { kind: 'done' };
  const value = parsed(text);
  return value === undefined ? { kind: 'unreadable', name, text: data } : { kind: 'json', name, value };
}
