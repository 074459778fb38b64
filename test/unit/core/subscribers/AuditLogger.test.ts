import * as assert from 'node:assert/strict';
import { EventBus } from '../../../../src/core/bus/EventBus.ts';
import type { AuditEntry } from '../../../../src/core/ports/AuditLog.ts';
import { AuditLogger } from '../../../../src/core/subscribers/AuditLogger.ts';
import { parseEvent, type RuntimeEvent } from '../../../../src/protocol/events.ts';
import { systemClock } from '../../../../src/vscode/adapters/systemClock.ts';
import { MemoryAudit, MemoryJournal, MemoryStore } from '../../../support/MemoryStore.ts';
import { MemoryLog } from '../../../support/ports.ts';
import { uncommitted } from '../../../support/storage.ts';

/** Counts what it is given. */
class CountingAudit extends MemoryAudit {
  added: number[] = [];

  override add(entries: readonly AuditEntry[]): void {
    this.added.push(entries.length);
    super.add(entries);
  }
}

describe('AuditLogger', () => {
  it('writes at a start only what is missing of the workspace’s events, and nothing where that is none', async () => {
    const audit = new CountingAudit(new MemoryStore());
    const log = new MemoryLog();
    const logger = new AuditLogger({ bus: new EventBus({ journal: new MemoryJournal(), clock: systemClock, log }), audit, log });
    const chosen = (preset: 'askAll' | 'readOnly'): RuntimeEvent => parseEvent(uncommitted(undefined, 'hitl.preset.changed', { preset, actor: 'chat' }));
    const events = [chosen('askAll'), chosen('readOnly'), chosen('askAll')];
    const pages = async function* (): AsyncGenerator<readonly RuntimeEvent[]> {
      await Promise.resolve();
      yield events.slice(0, 2);
      yield events.slice(2);
    };
    await logger.catchUpWorkspace(pages());
    assert.deepEqual([audit.added, audit.read('').map(({ preset }) => preset)], [[2, 1], ['askAll', 'readOnly', 'askAll']]);
    audit.added = [];
    events.push(chosen('readOnly'));
    await logger.catchUpWorkspace(pages());
    assert.deepEqual(audit.added, [1]);
    await logger.catchUpWorkspace(pages());
    assert.deepEqual(audit.added, [1]);
    logger.dispose();
  });

  for (const type of ['agent.processing.completed', 'system.shutdown'] as const) {
    it(`tries what the database did not take once more at ${type}`, () => {
      const audit = new CountingAudit(new MemoryStore());
      const log = new MemoryLog();
      const bus = new EventBus({ journal: new MemoryJournal(), clock: systemClock, log });
      const logger = new AuditLogger({ bus, audit, log });
      const add = audit.add.bind(audit);
      audit.add = () => {
        throw new Error('database is locked');
      };
      bus.publish(uncommitted(undefined, 'hitl.preset.changed', { preset: 'readOnly', actor: 'chat' }));
      audit.add = add;
      const end = { agent: 'coder', success: true, outcome: 'completed', durationMs: 1 } as const;
      bus.publish(type === 'system.shutdown' ? uncommitted(undefined, type, {}) : uncommitted(undefined, type, end));
      assert.deepEqual(audit.read('').map(({ preset }) => preset), ['readOnly']);
      bus.publish(uncommitted(undefined, 'system.shutdown', {}));
      assert.deepEqual(audit.added, [1]);
      logger.dispose();
    });
  }
});
