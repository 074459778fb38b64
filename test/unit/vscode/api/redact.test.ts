import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as z from 'zod';
import { categoryOf, eventSchema, eventTypes, parseEvent, type EventType, type RuntimeEvent } from '../../../../src/protocol/events.ts';
import { outgoing, type OutgoingRule } from '../../../../src/vscode/api/outgoing.ts';
import { redact } from '../../../../src/vscode/api/redact.ts';

type Schema = z.core.JSONSchema.BaseSchema;
type Sub = Schema | boolean | undefined;

/** Strings that our own code writes, or the person's settings: they go out as they are. */
const asTheyAre = [
  'system.startup.extensionVersion',
  'system.background_task.started.task',
  'system.background_task.completed.task',
  'session.message.added.message.agent',
  'agent.registered.agent',
  'agent.registered.tools',
  'agent.processing.started.agent',
  'agent.switched.from',
  'agent.switched.to',
  'agent.processing.completed.agent',
  'agent.plan.updated.agent',
  'agent.error.occurred.agent',
  'llm.request.started.requestId',
  'llm.request.started.model',
  'llm.context.cut.agent',
  'llm.reasoning.delta.agent',
  'llm.text.delta.agent',
  'llm.request.completed.requestId',
  'llm.request.completed.model',
  'llm.request.failed.requestId',
  'llm.request.failed.model',
  'llm.retry.scheduled.requestId',
  'session.undo.started.undoId',
  'session.undo.started.of',
  'session.undo.completed.undoId',
  'session.undo.completed.of',
  'hitl.verdict.given.agent',
  'hitl.rule.added.ruleId',
  'hitl.rule.removed.ruleId',
  'hitl.approval.requested.approvalId',
  'hitl.approval.requested.agent',
  'hitl.approval.shown.approvalId',
  'hitl.decision.made.approvalId',
  'hitl.timeout.occurred.approvalId',
  'hitl.question.asked.questionId',
  'hitl.question.asked.agent',
  'hitl.question.answered.questionId',
  'database.query.executed.operation',
];

/** Strings that a model, its server or a page writes: only what looks like an id or a name goes out. */
const asNames = [
  'session.message.added.message.id',
  'session.message.added.message.toolCalls.id',
  'session.message.added.message.toolCalls.name',
  'session.message.added.message.callId',
  'session.message.queued.messageId',
  'session.message.withdrawn.messageId',
  'llm.reasoning.delta.messageId',
  'llm.text.delta.messageId',
  'llm.request.completed.finishReason',
  'tool.execution.requested.callId',
  'tool.execution.requested.tool',
  'tool.approval.required.callId',
  'tool.approval.required.tool',
  'tool.execution.started.callId',
  'tool.execution.started.tool',
  'tool.execution.completed.callId',
  'tool.execution.completed.tool',
  'tool.execution.failed.callId',
  'tool.execution.failed.tool',
  'tool.change.recorded.callId',
  'tool.change.recorded.tool',
  'hitl.verdict.given.callId',
  'hitl.verdict.given.tool',
  'hitl.approval.requested.callId',
  'hitl.approval.requested.tool',
  'hitl.approval.shown.callId',
  'hitl.decision.made.callId',
  'hitl.timeout.occurred.callId',
  'hitl.question.asked.callId',
  'hitl.question.answered.messageId',
];

const dataSchema = (type: EventType): Sub => z.toJSONSchema(eventSchema(type)).properties?.['data'];

/** What a rule may stand for: values and lists of values as they are, objects by their fields. Throws where nobody decided. */
function assertDecided(sub: Sub, rule: OutgoingRule | undefined, path: string): void {
  assert.ok(rule !== undefined, `nobody decided whether ${path} goes out`);
  if (rule === false) return;
  assert.ok(typeof sub === 'object', `${path} may hold anything, so it is withheld`);
  const schema = Array.isArray(sub.items) || typeof sub.items !== 'object' ? sub : sub.items;
  for (const variant of schema.oneOf ?? schema.anyOf ?? [schema]) assertVariant(variant, rule, path);
  if (typeof rule !== 'object') return;
  const known = (schema.oneOf ?? schema.anyOf ?? [schema]).flatMap((variant) => (typeof variant === 'object' ? Object.keys(variant.properties ?? {}) : []));
  assert.deepEqual(Object.keys(rule).filter((field) => !known.includes(field)), [], `${path} has no such field`);
}

function assertVariant(variant: Sub, rule: OutgoingRule, path: string): void {
  assert.ok(typeof variant === 'object', `${path} may hold anything, so it is withheld`);
  if (typeof rule === 'object') {
    assert.equal(variant.type, 'object', `${path} has rules by field, and no fields`);
    for (const [field, sub] of Object.entries(variant.properties ?? {})) assertDecided(sub, Object.hasOwn(rule, field) ? rule[field] : undefined, `${path}.${field}`);
  } else {
    const plain = ['string', 'number', 'integer', 'boolean'].includes(String(variant.type)) || variant.const !== undefined;
    assert.ok(plain, `${path} holds more than a value: its fields are decided one by one`);
  }
}

interface Making {
  /** The text at a path, in place of every string that is free. */
  text: (path: string) => fc.Arbitrary<string>;
  /** Whether fields may be absent. */
  sparse: boolean;
}

/** A schema of each of several types. */
function typesOf(sub: Schema): Schema[] | undefined {
  return Array.isArray(sub.type) ? sub.type.map((type) => ({ ...sub, type })) : undefined;
}

/** Values that a schema takes. */
function valueOf(sub: Sub, path: string, making: Making): fc.Arbitrary<unknown> {
  if (typeof sub !== 'object' || Object.keys(sub).length === 0) return fc.record({ [path]: making.text(path) }, { noNullPrototype: true });
  const variants = sub.oneOf ?? sub.anyOf ?? typesOf(sub);
  if (variants !== undefined) return fc.oneof(...variants.map((variant) => valueOf(variant, path, making)));
  if (sub.const !== undefined) return fc.constant(sub.const);
  if (sub.enum !== undefined) return fc.constantFrom(...sub.enum);
  switch (sub.type) {
    case 'object':
      return objectOf(sub, path, making);
    case 'array':
      return fc.array(valueOf(Array.isArray(sub.items) ? undefined : sub.items, path, making), { minLength: 1, maxLength: 3 });
    case 'string':
      return sub.format === 'date-time' ? fc.constant('2026-01-01T00:00:00Z') : making.text(path);
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    default:
      return fc.integer({ min: 1, max: 1000 });
  }
}

function objectOf({ properties, required = [], additionalProperties }: Schema, path: string, making: Making): fc.Arbitrary<unknown> {
  if (properties === undefined) return fc.dictionary(making.text(path), valueOf(additionalProperties, path, making), { minKeys: 1, maxKeys: 3, noNullPrototype: true });
  const fields = Object.entries(properties).map(([field, sub]) => [field, valueOf(sub, `${path}.${field}`, making)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: making.sparse ? required : Object.keys(properties), noNullPrototype: true });
}

const envelope = { eventId: 'e', seq: 7, timestamp: '2026-11-22T10:00:00.000Z', sessionId: 's', correlationId: 'c', causationId: 'b', source: 'test', version: 1 } as const;

const eventOf = (type: EventType, making: Making): fc.Arbitrary<RuntimeEvent> =>
  valueOf(dataSchema(type), type, making).map((data) => parseEvent({ ...envelope, type, category: categoryOf(type), data }));
const anyEvent = (making: Making): fc.Arbitrary<RuntimeEvent> => fc.constantFrom(...eventTypes).chain((type) => eventOf(type, making));

const MARK = /SECRET:([\w.-]+):/g;

/** The paths of the texts that went out. */
function pathsIn(event: RuntimeEvent): string[] {
  return [...JSON.stringify(redact(event)).matchAll(MARK)].map(([, path = '']) => path.replaceAll('-', '.'));
}

const prose = (path: string): fc.Arbitrary<string> => fc.string({ maxLength: 20 }).map((text) => `SECRET:${path}: ${text}`);
// as an id is written
const word = (path: string): fc.Arbitrary<string> => fc.nat().map((number) => `SECRET:${path.replaceAll('.', '-')}:${number}`);

describe('What other extensions get of an event', () => {
  it('is decided for every field of every event that there is', () => {
    assert.deepEqual(Object.keys(outgoing).toSorted(), eventTypes.toSorted());
    for (const type of eventTypes) assertDecided(dataSchema(type), outgoing[type], type);
  });

  it('has no text in it but what our own code writes', () => {
    const listed = new Set(asTheyAre);
    fc.assert(
      fc.property(anyEvent({ text: prose, sparse: true }), (event) => {
        assert.deepEqual(pathsIn(event).filter((path) => !listed.has(path)), []);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has no word in it but ids and names, and all of these', () => {
    const seen = new Set(eventTypes.flatMap((type) => fc.sample(eventOf(type, { text: word, sparse: false }), { numRuns: 50, seed: 1 }).flatMap(pathsIn)));
    assert.deepEqual([...seen].toSorted(), [...asTheyAre, ...asNames].toSorted());
  });

  it('is the envelope, and of the data what is let go', () => {
    const event = parseEvent({
      ...envelope,
      type: 'llm.request.failed',
      category: 'llm',
      data: { requestId: 'r', model: 'm', error: { code: 'model_server', message: 'it broke', status: 503, origin: 'https://a.example' }, cancelled: false, durationMs: 3 },
    });
    assert.deepEqual(redact(event), { ...event, data: { requestId: 'r', model: 'm', error: { code: 'model_server', status: 503 }, cancelled: false, durationMs: 3 } });
    assert.deepEqual(Object.keys(eventSchema('llm.request.failed').shape).toSorted(), Object.keys(event).toSorted(), 'an envelope has a field that this test has not');
  });

  it('is nothing of what a model calls a tool that no tool is called like', () => {
    const request = (callId: string, tool: string): unknown =>
      redact(parseEvent({ ...envelope, type: 'tool.approval.required', category: 'tool', data: { callId, tool, rule: 'r', reason: 'r' } }))?.data;
    assert.deepEqual(request('call_1', 'read_file'), { callId: 'call_1', tool: 'read_file' });
    assert.deepEqual(request('a\nb', 'the password is x'), { callId: '', tool: '' });
    assert.deepEqual(request('', 'x'.repeat(65)), { callId: '', tool: '' });
    assert.deepEqual(request('src/a', 'secret-plan.ts'), { callId: '', tool: '' });
  });

  it('is nothing of a field or a type that nobody decided on', () => {
    const event = parseEvent({ ...envelope, type: 'session.deleted', category: 'session', data: {} });
    const data = { title: 'SECRET', constructor: 'SECRET', ['__proto__']: 'SECRET' };
    assert.deepEqual(redact(Object.assign({}, event, { data }))?.data, {});
    for (const type of ['session.unheard_of', 'toString']) assert.equal(redact(Object.assign({}, event, { type })), undefined);
  });

  it('is a copy that nobody can change', () => {
    const frozen = (value: unknown): boolean => typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen));
    fc.assert(
      fc.property(anyEvent({ text: word, sparse: true }), (event) => {
        const before = structuredClone(event);
        assert.ok(frozen(redact(event)));
        assert.ok(!Object.isFrozen(event) && !Object.isFrozen(event.data));
        assert.deepEqual(event, before);
      }),
    );
  });
});
