import * as assert from 'node:assert/strict';
import { OfflineModel } from '../../../../src/llm/OfflineModel.ts';
import type { ChatOp } from '../../../../src/protocol/webview.ts';
import { TestCore } from '../../../support/TestCore.ts';

describe('Transcripts', () => {
  let core: TestCore;
  let told: (readonly ChatOp[])[];
  beforeEach(async () => {
    core = new TestCore(new OfflineModel());
    await core.open();
    told = [];
    core.core.transcripts.onChange(core.sessionId, (ops) => void told.push(ops));
  });
  afterEach(() => core.dispose());

  it('tell a durable event that changes something beside the transcript, and no piece of text that changes nothing', () => {
    const from = { source: 'test', correlationId: 'c', sessionId: core.sessionId };
    core.bus.publish({ ...from, type: 'session.message.queued', data: { messageId: 'm', text: 'later' } });
    assert.deepEqual(told, [[]]);
    core.bus.publish({ ...from, type: 'database.query.executed', data: { operation: 'read', durationMs: 1, rows: 1 } });
    assert.deepEqual(told, [[]]);
  });
});
