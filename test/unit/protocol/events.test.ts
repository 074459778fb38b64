import * as assert from 'node:assert/strict';
import { eventsPage } from '../../../scripts/lib/eventsPage.ts';
import { categoryOf, describeEvent, eventSchema, eventTypes, eventUnion, isDurable, mustSurvivePowerCut, parseEvent } from '../../../src/protocol/events.ts';

const event = {
  eventId: 'e',
  type: 'session.created',
  category: 'session',
  timestamp: '2026-11-22T10:00:00.000Z',
  correlationId: 'c',
  source: 'test',
  version: 1,
  data: { title: 'a' },
};

describe('The catalogue of events', () => {
  it('is one union with every type once', () => {
    const types = eventUnion().options.map((option) => [...(option._zod.propValues['type'] ?? [])]);
    assert.deepEqual(types, eventTypes.map((type) => [type]));
    assert.equal(new Set(eventTypes).size, eventTypes.length);
  });

  it('parses as the union what publishers validate by type, and refuses the same', () => {
    assert.deepEqual(eventUnion().parse(event), parseEvent(event));
    for (const malformed of [{ ...event, type: 'session.unheard_of' }, { ...event, data: {} }, { ...event, data: { title: 'a', more: 1 } }, { ...event, more: 1 }, { ...event, version: 2 }]) {
      assert.equal(eventUnion().safeParse(malformed).success, false);
      assert.throws(() => parseEvent(malformed));
    }
  });

  it('keeps one schema a type', () => {
    for (const [index, option] of eventUnion().options.entries()) assert.equal(option, eventSchema(eventTypes[index] ?? assert.fail()));
  });

  it('journals everything but pieces of answers, ticks, queries and the journal’s own failure', () => {
    assert.deepEqual(eventTypes.filter((type) => !isDurable(type)).toSorted(), [
      'database.query.executed',
      'llm.reasoning.delta',
      'llm.text.delta',
      'system.background_task.completed',
      'system.background_task.started',
      'system.journal.failed',
    ]);
  });

  it('lets decisions and starts of tools survive a power cut, and these are durable', () => {
    const synced = eventTypes.filter(mustSurvivePowerCut);
    assert.deepEqual(synced.toSorted(), ['hitl.decision.made', 'hitl.preset.changed', 'hitl.rule.added', 'hitl.rule.removed', 'hitl.timeout.occurred', 'session.undo.started', 'tool.execution.started']);
    assert.ok(synced.every(isDurable));
  });

  it('has a category and a publisher for every type', () => {
    for (const type of eventTypes) {
      assert.ok(type.startsWith(`${categoryOf(type)}.`));
      assert.notEqual(describeEvent(type).publisher, '');
    }
  });

  it('is written as one row a type', () => {
    const lines = eventsPage().split('\n');
    for (const type of eventTypes) assert.equal(lines.filter((line) => line.startsWith(`| \`${type}\` |`)).length, 1, type);
    assert.ok(
      lines.includes(
        '| `tool.execution.failed` | tool | ToolRegistry | durable; as it is | A tool did not do it, or nobody saw whether it did (`unknown`). | `callId: string`<br>`tool: string`<br>`outcome: "error" \\| "rejected" \\| "cancelled" \\| "unknown"`<br>`message: string`<br>`durationMs?: number ≥ 0` |',
      ),
    );
    assert.ok(lines.some((line) => line.startsWith('- **ErrorInfo**: `{ code: "model_key_missing" | ')));
  });
});
