import type { LlmChunk } from '../../src/core/ports/LlmStream.ts';

type Pieces = (LlmChunk | Error | 'end')[];

/** A whole answer in words. */
export function says(text: string): Pieces {
  return [{ type: 'text', text }, { type: 'finish', reason: 'stop' }, 'end'];
}

/** A whole answer that calls tools. */
export function calls(...wanted: readonly (readonly [name: string, args: object])[]): Pieces {
  const chunks = wanted.map(([name, args], index): LlmChunk => ({ type: 'toolCall', index, name, arguments: JSON.stringify(args) }));
  return [...chunks, { type: 'finish', reason: 'tool_calls' }, 'end'];
}

/** The orchestrator's answer. */
export function routesTo(agent: string, reasoning = 'knows how'): Pieces {
  return says(JSON.stringify({ agent, confidence: 'high', reasoning }));
}
