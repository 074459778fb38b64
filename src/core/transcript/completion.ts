/** What an agent hands in when it is done, from the call's arguments as the model wrote them. */
export function resultOf(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('result' in value) || typeof value.result !== 'string') return undefined;
  const result = value.result.trim();
  return result === '' ? undefined : result;
}
