/** Lets whatever else waits in the extension host run first: it belongs to every extension. */
export function yieldToHost(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
