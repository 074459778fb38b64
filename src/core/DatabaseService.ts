import { randomUUID } from 'node:crypto';
import type { EventBus } from './bus/EventBus.ts';

const SOURCE = 'DatabaseService';

export interface ExecutedQuery {
  operation: string;
  durationMs: number;
  rows: number;
}

/** Tells of every query; appends to the journal are what the bus is made of, and are not told. */
export class DatabaseService {
  readonly #bus: EventBus;

  constructor(dependencies: { bus: EventBus }) {
    this.#bus = dependencies.bus;
  }

  executed(query: ExecutedQuery): void {
    this.#bus.publish({ type: 'database.query.executed', source: SOURCE, correlationId: randomUUID(), data: query });
  }
}
