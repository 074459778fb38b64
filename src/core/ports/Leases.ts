/** Which host a session belongs to. A host that dies, or says nothing for {@link LEASE_TIMEOUT}, loses its leases to whoever wants them. */
export interface Leases {
  /** Takes a session's lease, or finds that this host has it. False where a living host holds it. */
  take(sessionId: string): boolean;
  /** Gives a lease back; nothing happens where this host does not hold it. */
  release(sessionId: string): void;
  /** Says that this host is alive. Returns the sessions whose leases it holds. */
  beat(): string[];
}

/** Milliseconds without a heartbeat after which a lease is free. */
export const LEASE_TIMEOUT = 10_000;
