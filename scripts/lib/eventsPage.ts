import * as z from 'zod';
import { diffView } from '../../src/protocol/diff.ts';
import { errorInfo } from '../../src/protocol/errors.ts';
import { describeEvent, eventTypes, eventUnion, passesMiddleware, type EventType } from '../../src/protocol/events.ts';
import { message } from '../../src/protocol/messages.ts';

type Schema = z.core.JSONSchema.BaseSchema;

/** Types with a name: written out once, below the table. */
const shapes = z.registry<{ id: string }>();
shapes.add(message(), { id: 'Message' });
shapes.add(errorInfo(), { id: 'ErrorInfo' });
shapes.add(diffView(), { id: 'DiffView' });

const head = `# Events

Generated from \`src/protocol/events.ts\` by \`npm run docs:events\`; \`npm run check\` fails when it is stale.

**Durable** events are committed to the journal before anyone sees them and carry a \`seq\`; those marked *power cut* are
written so that they survive one. **Transient** events are seen by the handlers of the moment. A middleware of the bus may change the
\`data\` of an event or cancel it, except where the table says *as it is*: what was decided and what was done.
A field with \`?\` may be absent.
`;

/** The text of docs/events.md. */
export function eventsPage(): string {
  const json = z.toJSONSchema(eventUnion(), { metadata: shapes });
  const byType = new Map((json.oneOf ?? []).map((event) => [property(event, 'type').const, event]));
  const schemaOf = (type: EventType): Schema => {
    const schema = byType.get(type);
    if (schema === undefined) throw new Error(`${type} is not in the union of all events`);
    return schema;
  };
  const rows = eventTypes.map((type) => row(type, schemaOf(type)));
  const [first] = eventTypes;
  const envelope = first === undefined ? [] : fields(schemaOf(first), ['type', 'category', 'data']);
  return [
    head,
    `Every event has \`type\`, \`category\` (the part of the type before the dot), \`data\` (typed below) and:\n`,
    ...envelope.map((field) => `- ${field}`),
    '\n## Types\n',
    '| type | category | publisher | durable | meaning | `data` |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '\n## Shapes\n',
    ...Object.entries(json.$defs ?? {}).map(([name, schema]) => `- **${name}**:${shape(schema)}`),
    '',
  ].join('\n');
}

function row(type: EventType, schema: Schema): string {
  const { publisher, durable, powerCut, meaning } = describeEvent(type);
  const kept = !durable ? 'transient' : powerCut ? 'durable, power cut' : 'durable';
  const category = type.slice(0, type.indexOf('.'));
  const cells = [
    `\`${type}\``,
    category,
    publisher,
    passesMiddleware(type) ? kept : `${kept}; as it is`,
    meaning,
    fields(property(schema, 'data')).join('<br>'),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function property(schema: Schema, name: string): Schema {
  const found = schema.properties?.[name];
  if (typeof found !== 'object') throw new Error(`No schema of ${name}`);
  return found;
}

function fields(schema: Schema, without: readonly string[] = []): string[] {
  return Object.keys(schema.properties ?? {})
    .filter((name) => !without.includes(name))
    .map((name) => `\`${field(schema, name)}\``);
}

function field(schema: Schema, name: string): string {
  return `${name}${schema.required?.includes(name) === true ? '' : '?'}: ${typeText(property(schema, name))}`;
}

/** A shape with a name: its variants one below the other where it has some. */
function shape(schema: Schema): string {
  const variants = schema.oneOf ?? schema.anyOf;
  return variants === undefined ? ` \`${typeText(schema)}\`` : variants.map((variant) => `\n  - \`${typeText(variant)}\``).join('');
}

function typeText(schema: Schema | boolean): string {
  if (typeof schema === 'boolean') return 'unknown';
  if (schema.$ref !== undefined) return schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const variants = schema.enum?.map((value) => JSON.stringify(value)) ?? (schema.oneOf ?? schema.anyOf)?.map(typeText);
  return variants?.join(' | ') ?? typeByName(schema);
}

function typeByName(schema: Schema): string {
  switch (schema.type) {
    case undefined:
      return 'unknown';
    case 'array':
      return arrayText(schema);
    case 'object':
      return objectText(schema);
    case 'number':
    case 'integer':
      return numberText(schema);
    default:
      return [schema.type].flat().join(' | ');
  }
}

function arrayText({ items }: Schema): string {
  const text = typeof items === 'object' && !Array.isArray(items) ? typeText(items) : 'unknown';
  return text.includes(' | ') ? `(${text})[]` : `${text}[]`;
}

function objectText(schema: Schema): string {
  if (schema.properties === undefined) return `Record<string, ${typeText(schema.additionalProperties ?? true)}>`;
  return `{ ${Object.keys(schema.properties)
    .map((name) => field(schema, name))
    .join(', ')} }`;
}

function numberText({ type, minimum, exclusiveMinimum }: Schema): string {
  const name = type === 'integer' ? 'integer' : 'number';
  if (exclusiveMinimum !== undefined) return `${name} > ${exclusiveMinimum}`;
  return minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? name : `${name} ≥ ${minimum}`;
}
