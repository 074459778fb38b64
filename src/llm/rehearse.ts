const chunk = (delta: object, reason: string | null): string => `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;

/** A `fetch` that sends nothing, and answers as a model does: with one word. */
export function rehearse(): Promise<Response> {
  const body = `${chunk({ role: 'assistant', content: 'Yes' }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`;
  return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
}
