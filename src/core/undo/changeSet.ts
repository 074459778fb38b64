import type { EventData, EventOf, EventType, RuntimeEvent } from '../../protocol/events.ts';
import { contentHash } from '../tools/approvalRequest.ts';

type FileRecord = EventData<'tool.change.recorded'>['files'][number];

/** A file that a turn or an undo changed. */
export interface ChangedFile {
  /** Relative to the workspace. */
  path: string;
  /** The same where every link on it was followed when it was changed. */
  real: string;
  /** Its text before the first change; `null`: there was no file. */
  before: string | null;
  /** Hashes of what it may have been left as, `null`: as no file. Several where nobody knows whether a call did its work. */
  after: ReadonlySet<string | null>;
  /** What an earlier undo of the same changes has taken out of the file: it is there no more, but can be put back. */
  takenOut?: string | null;
}

/** The events that tell what was changed, and put back. */
export const changeTypes: readonly EventType[] = [
  'tool.change.recorded',
  'tool.execution.started',
  'tool.execution.completed',
  'session.undo.started',
  'session.undo.completed',
];

/**
 * The files that a turn (`changesId`: its correlation id) or an undo (its id) changed, in the order of their first change; none for an
 * id that changed nothing. `pages`: the session's events of {@link changeTypes}.
 */
export async function readChangeSet(changesId: string, pages: AsyncIterable<readonly RuntimeEvent[]>): Promise<ChangedFile[]> {
  const changes = new ChangeSet(changesId);
  for await (const events of pages) for (const event of events) changes.apply(event);
  return changes.files();
}

class ChangeSet {
  readonly #id: string;
  /** By where they really are: one file may be written by several names. */
  readonly #files = new Map<string, ChangedFile & { after: Set<string | null> }>();
  /** What a call will change, until it begins. */
  readonly #recorded = new Map<string, readonly FileRecord[]>();
  /** What it changes, until it is done: without the texts. */
  readonly #begun = new Map<string, readonly { real: string; after: string | null }[]>();
  readonly #takenOut = new Map<string, string | null>();

  constructor(id: string) {
    this.#id = id;
  }

  apply(event: RuntimeEvent): void {
    if (event.type === 'session.undo.started' || event.type === 'session.undo.completed') this.#applyUndo(event);
    else if (event.correlationId === this.#id) this.#applyTurn(event);
  }

  files(): ChangedFile[] {
    return [...this.#files.values()].map((file) => {
      const takenOut = this.#takenOut.get(file.real);
      // not what was there when it was put back, unless that was the result of these changes
      return takenOut !== undefined && file.after.has(contentHash(takenOut)) ? { ...file, takenOut } : file;
    });
  }

  #applyTurn(event: RuntimeEvent): void {
    switch (event.type) {
      case 'tool.change.recorded':
        this.#recorded.set(event.data.callId, event.data.files);
        break;
      case 'tool.execution.started':
        this.#begin(event.data.callId);
        break;
      case 'tool.execution.completed':
        for (const { real, after } of this.#begun.get(event.data.callId) ?? []) {
          const file = this.#files.get(real);
          if (file !== undefined) file.after = new Set([after]);
        }
        this.#begun.delete(event.data.callId);
        break;
      default:
        break;
    }
  }

  #begin(callId: string): void {
    const records = this.#recorded.get(callId);
    if (records === undefined) return;
    this.#recorded.delete(callId);
    for (const record of records) this.#add(record);
    this.#begun.set(callId, records.map((record) => ({ real: realOf(record), after: record.after })));
  }

  #applyUndo({ type, data }: EventOf<'session.undo.started' | 'session.undo.completed'>): void {
    if (type === 'session.undo.started') {
      if (data.undoId === this.#id) for (const record of data.files) this.#add(record);
      if (data.of === this.#id) for (const record of data.files) this.#takenOut.set(realOf(record), record.before);
    } else if (data.undoId === this.#id) {
      const refused = new Set(data.refused.map(({ path }) => path));
      for (const [real, { path }] of this.#files) if (refused.has(path)) this.#files.delete(real);
    }
  }

  #add(record: FileRecord): void {
    const { path, before, after } = record;
    const real = realOf(record);
    const file = this.#files.get(real);
    // whether this call does its work is not known yet: until then it may be as the one before it left it
    if (file !== undefined) file.after.add(after);
    else this.#files.set(real, { path, real, before, after: new Set([after]) });
  }
}

function realOf({ path, real }: FileRecord): string {
  return real ?? path;
}
