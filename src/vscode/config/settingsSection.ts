export const SECTION = 'agentRuntime';
