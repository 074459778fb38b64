import * as z from 'zod';
import { lazySchema } from './lazySchema.ts';

/** A run of text in a diff line; `mark` where it differs within the line. */
const diffSpan = lazySchema(() => z.object({ text: z.string(), mark: z.boolean() }));

/** One row of a unified diff. Line numbers count from 1. */
const diffRow = lazySchema(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('same'), old: z.number(), new: z.number(), spans: z.array(diffSpan()) }),
    z.object({ kind: z.literal('removed'), old: z.number(), spans: z.array(diffSpan()) }),
    z.object({ kind: z.literal('added'), new: z.number(), spans: z.array(diffSpan()) }),
    /** Unchanged lines that are left out, or a remark such as "No newline at the end of the file". */
    z.object({ kind: z.literal('note'), text: z.string() }),
  ]),
);
export type DiffRow = z.infer<ReturnType<typeof diffRow>>;

/** A change to one file, ready to be drawn. */
export const diffView = lazySchema(() => z.object({ added: z.number(), removed: z.number(), rows: z.array(diffRow()) }));
export type DiffView = z.infer<ReturnType<typeof diffView>>;
