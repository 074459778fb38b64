import * as assert from 'node:assert/strict';
import { EventBus, type EventDraft } from '../../../../src/core/bus/EventBus.ts';
import { AgentContextManager } from '../../../../src/core/context/AgentContextManager.ts';
import { subscribeAgentContext } from '../../../../src/core/subscribers/AgentContextSubscriber.ts';
import { systemClock } from '../../../../src/vscode/adapters/systemClock.ts';
import { MemoryLog } from '../../../support/ports.ts';
import { MemoryJournal } from '../../../support/MemoryStore.ts';

const switched = (to: string): EventDraft<'agent.switched'> => ({
  type: 'agent.switched',
  source: 'test',
  sessionId: 's',
  correlationId: 'c',
  data: { from: 'orchestrator', to, reason: 'a test', confidence: 'high', trigger: 'user' },
});

describe('Fault 4: the context is read before the subscriber has changed it', () => {
  let bus: EventBus;
  let contexts: AgentContextManager;
  beforeEach(() => {
    bus = new EventBus({ journal: new MemoryJournal(), clock: systemClock, log: new MemoryLog() });
    contexts = new AgentContextManager();
  });

  it('is switched when publish returns', () => {
    subscribeAgentContext(bus, contexts);
    bus.publish(switched('coder'));
    assert.equal(contexts.get('s').currentAgent, 'coder');
    bus.publish(switched('debug'));
    assert.equal(contexts.get('s').currentAgent, 'debug');
  });

  it('is switched for every handler that reads it, also one that subscribed before, to all', () => {
    const read: string[] = [];
    bus.onAll(() => void read.push(`all ${contexts.get('s').currentAgent}`));
    bus.on('agent.switched', () => void read.push(`low ${contexts.get('s').currentAgent}`), { priority: 1 });
    subscribeAgentContext(bus, contexts);
    bus.publish(switched('coder'));
    assert.deepEqual(read, ['low coder', 'all coder']);
  });

  it('is switched in the order of the events, where a handler publishes the next switch', () => {
    const read: string[] = [];
    subscribeAgentContext(bus, contexts);
    bus.on('agent.switched', ({ data }) => {
      if (data.to === 'coder') bus.publish(switched('debug'));
    });
    bus.on('agent.switched', ({ data }) => void read.push(`${data.to} ${contexts.get('s').currentAgent}`));
    bus.publish(switched('coder'));
    assert.deepEqual(read, ['coder coder', 'debug debug']);
    assert.equal(contexts.get('s').currentAgent, 'debug');
  });
});
