import * as z from 'zod';
import { lazySchema } from '../../protocol/lazySchema.ts';
import type { ApprovalField, FormValues } from '../../protocol/approvalWebview.ts';

/** A text that is longer gets a field of several lines. */
const LINE = 120;

const property = lazySchema(() =>
  z.object({
    type: z.unknown().optional(),
    description: z.string().optional(),
    default: z.unknown().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    minLength: z.number().optional(),
    enum: z.array(z.unknown()).optional(),
  }),
);
type Property = z.infer<ReturnType<typeof property>>;

const parametersSchema = lazySchema(() => z.object({ properties: z.record(z.string(), property()), required: z.array(z.string()).optional() }));

type Problems = { field?: string; message: string }[];

/** What a form's values are as a call's arguments, or what is wrong with them by what the schema says of each. */
export type FormArguments = { ok: true; arguments: Record<string, unknown> } | { ok: false; problems: Problems };

/** A form for a tool's arguments, made from their JSON Schema; an argument that is no text, number or yes and no has no field, and stays as it is. */
export function fieldsOf(parameters: unknown, given: Readonly<Record<string, unknown>>): ApprovalField[] {
  return propertiesOf(parameters).flatMap(({ name, required, ...schema }): ApprovalField[] => {
    const value = given[name] ?? schema.default;
    const kind = kindOf(name, schema, value);
    if (kind === undefined) return [];
    const fits = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return [{ name, description: schema.description ?? '', kind, required, ...(fits ? { value } : {}) }];
  });
}

/** An optional field that is empty leaves its argument out. */
export function argumentsOf(parameters: unknown, given: Readonly<Record<string, unknown>>, values: FormValues): FormArguments {
  const problems: Problems = [];
  const made = new Map(Object.entries(given));
  for (const { name, required, ...schema } of propertiesOf(parameters)) {
    const kind = kindOf(name, schema, undefined);
    if (kind === undefined) continue;
    const value = values[name];
    if (value === undefined || (value === '' && !required)) {
      made.delete(name);
      continue;
    }
    const read = kind === 'number' ? numberOf(value) : value;
    const message = problemOf(kind, schema, read);
    if (message !== undefined) problems.push({ field: name, message });
    made.set(name, read);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, arguments: Object.fromEntries(made) };
}

function propertiesOf(parameters: unknown): (Property & { name: string; required: boolean })[] {
  const parsed = parametersSchema().safeParse(parameters);
  if (!parsed.success) return [];
  const { properties, required = [] } = parsed.data;
  return Object.entries(properties).map(([name, schema]) => ({ ...schema, name, required: required.includes(name) }));
}

function kindOf(name: string, { type }: Property, value: unknown): ApprovalField['kind'] | undefined {
  if (type === 'boolean') return 'boolean';
  if (type === 'number' || type === 'integer') return 'number';
  if (type !== 'string') return undefined;
  const long = name === 'content' || (typeof value === 'string' && (value.length > LINE || /[\r\n]/.test(value)));
  return long ? 'lines' : 'text';
}

function numberOf(value: string | number | boolean): string | number | boolean {
  if (typeof value !== 'string' || value.trim() === '') return value;
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}

function problemOf(kind: ApprovalField['kind'], schema: Property, value: string | number | boolean): string | undefined {
  if (kind === 'boolean') return typeof value === 'boolean' ? undefined : 'Yes or no.';
  if (kind === 'number') return numberProblem(schema, value);
  if (typeof value !== 'string') return 'A text.';
  if (schema.enum !== undefined && !schema.enum.includes(value)) return `One of: ${schema.enum.map(String).join(', ')}.`;
  if (value.length < (schema.minLength ?? 0)) return value === '' ? 'It cannot be empty.' : `At least ${schema.minLength ?? 0} characters.`;
  return undefined;
}

function numberProblem({ type, minimum = -Infinity, maximum = Infinity }: Property, value: string | number | boolean): string | undefined {
  if (typeof value !== 'number') return value === '' ? 'It cannot be empty.' : 'A number, in digits.';
  if (type === 'integer' && !Number.isInteger(value)) return 'A whole number.';
  if (value < minimum) return `At least ${minimum}.`;
  return value > maximum ? `At most ${maximum}.` : undefined;
}
