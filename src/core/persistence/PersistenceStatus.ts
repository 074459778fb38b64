/** How the projections stand. The journal has everything either way. */
export type PersistenceStatus =
  | { kind: 'saved' }
  | {
      kind: 'failing';
      /** How many sessions wait to be saved. */
      pending: number;
      /** Why, in one sentence. */
      reason: string;
      /** Milliseconds until it is tried again. */
      retryInMs: number;
    };
