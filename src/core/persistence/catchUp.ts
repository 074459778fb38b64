import { yieldToHost } from '../yieldToHost.ts';
import type { TableWriter } from './Projector.ts';

/** Events in one transaction. */
const BATCH = 50;

/** Brings a table up from the journal where it is behind. Rejects where the database does not answer. */
export async function catchUp(table: TableWriter): Promise<void> {
  for (let rest = table.lagging(); rest.length > 0; ) {
    rest = table.write(rest, BATCH);
    await yieldToHost();
  }
}
