import * as assert from 'node:assert/strict';
import { EventBus } from '../../../../src/core/bus/EventBus.ts';
import type { RuntimeEvent } from '../../../../src/protocol/events.ts';
import { systemClock } from '../../../../src/vscode/adapters/systemClock.ts';
import type { ApiEvent } from '../../../../src/vscode/api/agent-runtime.d.ts';
import { createApi } from '../../../../src/vscode/api/createApi.ts';
import { apiSessions, publishEvents } from '../../../../src/vscode/api/publishEvents.ts';
import { MemoryJournal } from '../../../support/MemoryStore.ts';
import { MemoryLog } from '../../../support/ports.ts';

describe('The events for other extensions', () => {
  const created = { type: 'session.created', source: 'test', sessionId: 's', correlationId: 'c', data: { title: 'what I wrote' } } as const;
  let bus: EventBus;
  beforeEach(() => {
    bus = new EventBus({ journal: new MemoryJournal(), clock: systemClock, log: new MemoryLog() });
  });

  it('come after everyone here has seen them, redacted', () => {
    const published: ApiEvent[] = [];
    publishEvents(bus, { heard: true, publish: (event) => void published.push(event) });
    bus.onAll(() => assert.equal(published.length, 0), { priority: 1 });
    const event = bus.publish(created);
    assert.deepEqual(published, [{ ...event, data: {} }]);
    assert.equal(bus.statistics.total.failed, 0);
  });

  it('are not looked at while nobody listens, and end with the runtime', () => {
    const events = { heard: false, publish: (): void => assert.fail('nobody listens') };
    const subscription = publishEvents(bus, events);
    bus.onAll((event: RuntimeEvent) => void Object.defineProperty(event, 'data', { get: () => assert.fail('it was read') }), { priority: 1 });
    bus.publish(created);
    assert.equal(bus.statistics.total.failed, 0);
    events.heard = true;
    subscription.dispose();
    bus.publish(created);
    assert.equal(bus.statistics.total.failed, 0);
  });
});

describe('The API for other extensions', () => {
  const failures: unknown[] = [];
  const onDidPublishEvent = Object.freeze(() => ({ dispose: () => undefined }));
  const exportsWith = (listSessions: () => Promise<never[]>) => createApi({ onDidPublishEvent, listSessions, failed: (error) => void failures.push(error) });

  it('is events and a list, and nothing that acts; all of it frozen', () => {
    const given = exportsWith(() => Promise.resolve([]));
    const api = given.getAPI(1);
    assert.deepEqual(Reflect.ownKeys(given), ['getAPI']);
    assert.deepEqual(Reflect.ownKeys(api), ['onDidPublishEvent', 'listSessions']);
    assert.equal(api.onDidPublishEvent, onDidPublishEvent);
    for (const object of [given, given.getAPI, api, api.listSessions]) assert.ok(Object.isFrozen(object));
    assert.equal(given.getAPI(1), api);
  });

  it('has one version, and says so', () => {
    const { getAPI } = exportsWith(() => Promise.resolve([]));
    for (const version of [2, 0, '1', undefined, Symbol('1')]) {
      assert.throws(() => Reflect.apply(getAPI, undefined, [version]), { name: 'Error', message: `Agent Runtime has no API of version ${String(version)}. There is version 1: call getAPI(1).` });
    }
  });

  it('lists sessions without their titles', async () => {
    const row = { sessionId: 's', title: 'what I wrote', createdAt: 'c', updatedAt: 'u', messageCount: 2 };
    const listed = await apiSessions({ list: () => Promise.resolve({ sessions: [row], unreadable: new Map([['x', 'why']]) }) });
    assert.deepEqual(listed, [{ id: 's', createdAt: 'c', updatedAt: 'u', messageCount: 2 }]);
    assert.ok(Object.isFrozen(listed) && listed.every(Object.isFrozen));
  });

  it('says that a list could not be read, and why only in the log', async () => {
    const reason = new Error('/home/ann/secret.db is damaged');
    await assert.rejects(exportsWith(() => Promise.reject(reason)).getAPI(1).listSessions(), (error) => {
      assert.ok(error instanceof Error && error.cause === undefined);
      assert.equal(error.message, 'Agent Runtime could not list its sessions. The reason is in its log: run "Agent Runtime: Show Log".');
      return true;
    });
    assert.deepEqual(failures, [reason]);
  });
});
