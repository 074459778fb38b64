import { hash } from 'node:crypto';
import * as z from 'zod';
import type { EventType } from '../protocol/events.ts';
import { lazySchema } from '../protocol/lazySchema.ts';

/**
 * How an event's `data` is kept. Large parts are kept once, under the SHA-256 of their text, and named in their place:
 * - `{"$blob": hash}`: a string; the blob is its text.
 * - `{"$text": hash}`: a string that UTF-8 cannot hold; the blob is its JSON.
 * - `{"$data": hash}`: an array or object; the blob is its JSON, encoded as here.
 * - `{"$json": value}`: a string that is the JSON of a value: so the content of a file in a tool call's arguments is the
 *   same blob as that content elsewhere.
 *
 * An object's own key that begins with `$` gets another `$` in front. What a file held before it was changed is always a
 * blob, however short: {@link preImages}.
 */

/**
 * Characters from which a string, or the JSON of an array, is a blob. A blob of its own costs an append as much as 16 KB
 * of text in the row (three more pages of the database), so small ones stay in their rows.
 */
export const BLOB_LENGTH = 4096;

/** Whole texts of files before a change, by the key that they have in events of these types. Each is a blob under its own hash. */
const preImages: Partial<Record<EventType, string>> = { 'tool.change.recorded': 'before', 'session.undo.started': 'before' };

/** What is nested deeper stays as it is. */
const MAX_DEPTH = 100;

export interface Encoded {
  json: string;
  /** Texts by their hash. */
  blobs: ReadonlyMap<string, string>;
}

const marker = lazySchema(() => z.union([
  z.strictObject({ $blob: z.string() }),
  z.strictObject({ $text: z.string() }),
  z.strictObject({ $data: z.string() }),
  z.strictObject({ $json: z.unknown() }),
]));

export function hashOf(text: string): string {
  return hash('sha256', text);
}

/** `value`: what JSON can hold. `blobs: false` leaves everything in the row. `type`: of the event that it is the data of. */
export function encodePayload(value: unknown, { blobs: away = true, type }: { blobs?: boolean; type?: EventType } = {}): Encoded {
  const json = JSON.stringify(value);
  const blobs = new Map<string, string>();
  const preImage = away && type !== undefined ? preImages[type] : undefined;
  if (preImage === undefined && json.length < BLOB_LENGTH && !json.includes('"$')) return { json, blobs };
  const encoder = new Encoder(blobs, away ? BLOB_LENGTH : Infinity, preImage);
  return { json: JSON.stringify(encoder.encode(value, 0)), blobs };
}

/** Restores what {@link encodePayload} took. `blob` returns the text with a hash, or throws. */
export function decodePayload(json: string, blob: (hash: string) => string): unknown {
  const value: unknown = JSON.parse(json);
  return json.includes('"$') ? decode(value, blob) : value;
}

class Encoder {
  readonly #blobs: Map<string, string>;
  readonly #length: number;
  /** The key of strings that are blobs, however short. */
  readonly #preImage: string | undefined;

  constructor(blobs: Map<string, string>, length: number, preImage: string | undefined) {
    this.#blobs = blobs;
    this.#length = length;
    this.#preImage = preImage;
  }

  encode(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return value.length < this.#length ? value : this.#encodeString(value, depth);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return this.#encodeArray(value, depth);
    const entries = Object.entries(value).map(([key, part]) => [
      key.startsWith('$') ? `$${key}` : key,
      key === this.#preImage && typeof part === 'string' ? this.#encodeText(part) : this.encode(part, depth + 1),
    ]);
    return Object.fromEntries(entries);
  }

  #encodeString(text: string, depth: number): unknown {
    const parsed = depth < MAX_DEPTH ? parseExactly(text) : undefined;
    if (parsed !== undefined) return { $json: this.#shorten(this.encode(parsed, depth + 1)) };
    return this.#encodeText(text);
  }

  #encodeText(text: string): unknown {
    return text.isWellFormed() ? { $blob: this.#keep(text) } : { $text: this.#keep(JSON.stringify(text)) };
  }

  #encodeArray(array: readonly unknown[], depth: number): unknown {
    return this.#shorten(array.map((part) => this.encode(part, depth + 1)));
  }

  #shorten(encoded: unknown): unknown {
    const json = JSON.stringify(encoded);
    return json.length < this.#length ? encoded : { $data: this.#keep(json) };
  }

  #keep(text: string): string {
    const key = hashOf(text);
    this.#blobs.set(key, text);
    return key;
  }
}

/** The object or array that `text` is the JSON of, exactly as `JSON.stringify` writes it, and that is not nested too deep. */
function parseExactly(text: string): object | undefined {
  if (!text.startsWith('{') && !text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && JSON.stringify(value) === text && depthOf(value) < MAX_DEPTH ? value : undefined;
  } catch {
    return undefined;
  }
}

function depthOf(value: unknown, limit = MAX_DEPTH): number {
  if (typeof value !== 'object' || value === null || limit === 0) return 0;
  let deepest = 0;
  for (const part of Object.values(value)) deepest = Math.max(deepest, depthOf(part, limit - 1));
  return deepest + 1;
}

function decode(value: unknown, blob: (hash: string) => string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => decode(part, blob));
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && /^\$[^$]/.test(first[0])) return decodeMarker(value, blob);
  return Object.fromEntries(entries.map(([key, part]) => [key.startsWith('$$') ? key.slice(1) : key, decode(part, blob)]));
}

function decodeMarker(value: object, blob: (hash: string) => string): unknown {
  const found = marker().parse(value);
  if ('$blob' in found) return blob(found.$blob);
  if ('$text' in found) return JSON.parse(blob(found.$text));
  if ('$data' in found) return decode(JSON.parse(blob(found.$data)), blob);
  return JSON.stringify(decode(found.$json, blob));
}
