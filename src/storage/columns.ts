/** A row as SQLite gives it, or as it was read from the file's pages. */
export type Row = Readonly<Record<string, unknown>>;

/** A row's column that holds text. Throws where it holds something else: then the file is not as we wrote it. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new Error(`The column ${column} holds no text`);
  return value;
}

/** A row's column that holds text as JSON: SQLite's UTF-8 has no unpaired surrogates, JavaScript's strings have. */
export function jsonText(row: Row, column: string): string {
  const value: unknown = JSON.parse(text(row, column));
  if (typeof value !== 'string') throw new Error(`The column ${column} holds no text`);
  return value;
}

/** A row's column that holds a number. Throws where it holds something else. */
export function number(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new Error(`The column ${column} holds no number`);
  return value;
}
