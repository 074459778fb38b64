import type * as z from 'zod';

/** A schema that is made when it is first used, since most hosts never need it (docs/decisions/0005). */
export function lazySchema<S extends z.ZodType>(make: () => S): () => S {
  let made: S | undefined;
  return () => (made ??= make());
}
