import { describeEvent, type RuntimeEvent } from '../../src/protocol/events.ts';
import { runs, type Expected, type Run, type Subsystem } from './subsystems.ts';

/** Something measured: how often it was seen, and why it does not hold, where it does not. */
export interface Proof {
  count: number;
  problem?: string | undefined;
}

/** What one host published, and what was measured in it. */
export interface Observed {
  events: readonly RuntimeEvent[];
  proofs: ReadonlyMap<string, Proof>;
}

/** One line of the table. */
interface Line {
  what: string;
  publisher: string;
  /** By run; absent where it is not looked for. */
  cells: Partial<Record<Run, Proof>>;
}

export interface CheckedSubsystem {
  name: string;
  lines: Line[];
  covered: boolean;
}

/** Holds what hosts published against the table. */
export function check(table: readonly Subsystem[], observed: Readonly<Record<Run, Observed>>): CheckedSubsystem[] {
  return table.map(({ name, events, proofs = [], only }) => {
    const lookedAt = runs.filter((run) => only === undefined || run === only);
    const line = (what: string, publisher: string, look: (run: Observed) => Proof): Line => ({
      what,
      publisher,
      cells: Object.fromEntries(lookedAt.map((run) => [run, look(observed[run])])),
    });
    const lines = [
      ...events.map((expected) => line(nameOf(expected), expected.publisher, (run) => countOf(expected, run.events))),
      ...proofs.map((proof) => line(proof, '', (run) => run.proofs.get(proof) ?? { count: 0, problem: 'it was not measured' })),
    ];
    const cells = lines.flatMap((one) => Object.values(one.cells));
    return { name, lines, covered: cells.length > 0 && cells.every(({ problem }) => problem === undefined) };
  });
}

/** Events whose publisher the catalogue does not name for their type: one line a type and publisher. */
export function strangers(events: readonly RuntimeEvent[]): string[] {
  const strange = events.filter(({ type, source }) => !describeEvent(type).publisher.split(', ').includes(source));
  return [...new Set(strange.map(({ type, source }) => `${type} was published by ${source}, and is of ${describeEvent(type).publisher}`))];
}

function nameOf({ type, trigger }: Expected): string {
  return trigger === undefined ? type : `${type} (${trigger})`;
}

function countOf({ type, trigger, publisher }: Expected, events: readonly RuntimeEvent[]): Proof {
  const wanted = events.filter((event) => event.type === type && (trigger === undefined || (event.type === 'agent.switched' && event.data.trigger === trigger)));
  const count = wanted.filter(({ source }) => source === publisher).length;
  if (count > 0) return { count };
  const others = [...new Set(wanted.map(({ source }) => source))].join(', ');
  return { count, problem: others === '' ? 'nobody published it' : `only ${others} published it` };
}

/** The table in columns, the rest of the catalogue below it, and in the last line how much of the table is covered. */
export function report(checked: readonly CheckedSubsystem[], rest: readonly CheckedSubsystem[]): string[] {
  const rowsOf = ({ name, lines }: CheckedSubsystem, number: string): string[][] =>
    lines.map(({ what, publisher, cells }, position) => [
      ...(position === 0 ? [number, name] : ['', '']),
      what,
      publisher,
      ...runs.map((run) => String(cells[run]?.count ?? '–')),
      gapsOf(cells),
    ]);
  const rows = [
    ['#', 'subsystem', 'what', 'publisher', ...runs, ''],
    ...checked.flatMap((one, index) => rowsOf(one, String(index + 1))),
    ...rest.flatMap((one) => rowsOf(one, '')),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
  return [...table, `coverage: ${checked.filter(({ covered }) => covered).length} of ${checked.length} subsystems`];
}

function gapsOf(cells: Line['cells']): string {
  const gaps = runs.flatMap((run) => (cells[run]?.problem === undefined ? [] : { run, problem: cells[run].problem }));
  const everywhere = gaps.length === Object.keys(cells).length && new Set(gaps.map(({ problem }) => problem)).size === 1;
  if (gaps.length === 0) return '';
  return `← gap: ${everywhere ? gaps[0]?.problem : gaps.map(({ run, problem }) => `${run}, ${problem}`).join('; ')}`;
}
