import type { AgentRuntimeApi, AgentRuntimeExports } from './agent-runtime.d.ts';

interface Dependencies {
  onDidPublishEvent: AgentRuntimeApi['onDidPublishEvent'];
  listSessions: AgentRuntimeApi['listSessions'];
  /** Gets why a list could not be read: the caller is told only that. */
  failed: (error: unknown) => void;
}

/** What `activate()` returns to other extensions. All of it is frozen, and it holds nothing but what is declared. */
export function createApi({ onDidPublishEvent, listSessions, failed }: Dependencies): AgentRuntimeExports {
  const api: AgentRuntimeApi = Object.freeze({
    onDidPublishEvent,
    listSessions: Object.freeze(() =>
      listSessions().catch((error: unknown) => {
        failed(error);
        throw new Error('Agent Runtime could not list its sessions. The reason is in its log: run "Agent Runtime: Show Log".');
      }),
    ),
  });
  return Object.freeze({
    getAPI: Object.freeze((version: unknown) => {
      if (version !== 1) throw new Error(`Agent Runtime has no API of version ${String(version)}. There is version 1: call getAPI(1).`);
      return api;
    }),
  });
}
