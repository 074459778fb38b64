/** Settings in which every agent uses one model behind an address. */
export function modelSettings(baseUrl: string, profile: Record<string, unknown> = {}): Record<string, unknown> {
  const set = { name: 'scripted-1', provider: 'compatible', model: 'scripted-1', baseUrl, ...profile };
  return { 'agentRuntime.models': [set], 'agentRuntime.model': set.name };
}
