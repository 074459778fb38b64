import type { ProviderId } from './providers.ts';

/** A model as its provider lists it. */
export interface ListedModel {
  /** As requests name it. */
  id: string;
  /** Tokens that request and answer may have together, as the server runs it. */
  contextWindow?: number;
  /** A few words for people. */
  note?: string;
}

/** Whom to ask for a list. */
export interface ModelServerAddress {
  provider: ProviderId;
  baseUrl: string;
  apiKey: string | undefined;
}

/** A server that answers on the person's own computer. */
export interface LocalServer {
  /** `compatible` where it does not say what it is. */
  provider: ProviderId;
  baseUrl: string;
  /** How many models it has. */
  models: number;
}
