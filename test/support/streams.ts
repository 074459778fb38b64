import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { CallDrafts, type CallDraft } from '../../src/core/llm/CallDrafts.ts';
import type { LlmChunk } from '../../src/core/ports/LlmStream.ts';
import { AnswerBody } from '../../src/llm/AnswerBody.ts';
import { AnswerReader } from '../../src/llm/AnswerReader.ts';
import { errorInfoOf } from '../../src/protocol/errors.ts';
import { projectRoot } from './projectRoot.ts';

const FOLDER = path.join(projectRoot, 'test/fixtures/streams');

/** What came of a stream; what is absent did not come. */
export interface Outcome {
  text?: string;
  reasoning?: string;
  /** As `name(arguments)`, in their order. */
  calls?: string[];
  /** Tokens of the request and of the answer. */
  usage?: [number, number];
  finish?: string;
  /** A code where it is typed, else its name. */
  error?: string;
}

/** The streams of test/fixtures, by their names. */
export function streamFixtures(): ReadonlyMap<string, Uint8Array> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.sse'));
  return new Map(files.map((file) => [path.basename(file, '.sse'), new Uint8Array(readFileSync(path.join(FOLDER, file)))]));
}

/** Cut before each of these bytes. */
export function cutAt(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const edges = [0, ...at.toSorted((a, b) => a - b), bytes.length];
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
}

/** What an adapter gives, as the core takes it. */
export async function outcomeOf(chunks: AsyncIterable<LlmChunk>): Promise<Outcome> {
  const outcome: Outcome = {};
  const drafts = new CallDrafts();
  try {
    for await (const chunk of chunks) {
      if (chunk.type === 'text') outcome.text = (outcome.text ?? '') + chunk.text;
      else if (chunk.type === 'reasoning') outcome.reasoning = (outcome.reasoning ?? '') + chunk.text;
      else if (chunk.type === 'usage') outcome.usage = [chunk.inputTokens, chunk.outputTokens];
      else if (chunk.type === 'finish') outcome.finish = chunk.reason;
      else drafts.take(chunk);
    }
  } catch (error) {
    const { code } = errorInfoOf(error);
    outcome.error = code === 'internal' && error instanceof Error ? error.constructor.name : code;
  }
  if (drafts.all.length > 0) outcome.calls = drafts.all.map(written);
  return outcome;
}

function written({ name, arguments: text }: CallDraft): string {
  return `${name}(${text})`;
}

/** What the adapter reads from a body that comes in these pieces, without a server. */
export async function* read(pieces: readonly Uint8Array[]): AsyncGenerator<LlmChunk> {
  const answer = new AnswerReader();
  const body = new AnswerBody({
    body: new ReadableStream({
      start(controller): void {
        for (const piece of pieces) if (piece.length > 0) controller.enqueue(piece);
        controller.close();
      },
    }),
    answer,
  });
  try {
    for (let chunks = await body.next(); chunks !== undefined; chunks = await body.next()) yield* chunks;
    if (!answer.stopped) throw new Error('broken off');
  } finally {
    body.close();
  }
}
