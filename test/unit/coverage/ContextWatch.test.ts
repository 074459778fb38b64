import * as assert from 'node:assert/strict';
import { EventBus } from '../../../src/core/bus/EventBus.ts';
import { AgentContextManager, initialContext } from '../../../src/core/context/AgentContextManager.ts';
import { subscribeAgentContext } from '../../../src/core/subscribers/AgentContextSubscriber.ts';
import { systemClock } from '../../../src/vscode/adapters/systemClock.ts';
import { ContextWatch } from '../../coverage/ContextWatch.ts';
import { MemoryJournal } from '../../support/MemoryStore.ts';
import { MemoryLog } from '../../support/ports.ts';

const envelope = { source: 'test', sessionId: 's', correlationId: 'c' };

describe('ContextWatch', () => {
  let bus: EventBus;
  let contexts: AgentContextManager;
  let watch: ContextWatch;
  beforeEach(() => {
    bus = new EventBus({ journal: new MemoryJournal(), clock: systemClock, log: new MemoryLog() });
    contexts = new AgentContextManager();
    watch = new ContextWatch({ bus, contexts });
  });

  const say = (): void => void bus.publish({ ...envelope, type: 'session.updated', data: { title: 'x' } });
  const switchTo = (to: string): void => void bus.publish({ ...envelope, type: 'agent.switched', data: { from: contexts.get('s').currentAgent, to, reason: 'r', trigger: 'user' } });
  const change = (): void => contexts.adopt('s', { ...initialContext, currentAgent: 'ask' });

  it('counts the changes, where each comes with its event', () => {
    subscribeAgentContext(bus, contexts);
    say();
    switchTo('coder');
    switchTo('debug');
    bus.publish({ ...envelope, type: 'session.deleted', data: {} });
    bus.publish({ ...envelope, type: 'session.restored', data: {} });
    say();
    assert.deepEqual(watch.proof(), { count: 2, problem: undefined });
  });

  it('sees a switch that changes nothing', () => {
    switchTo('coder');
    assert.deepEqual(watch.proof(), { count: 0, problem: 'an agent.switched did not change the context' });
  });

  it('sees what changes it beside a switch: by another event, between two, and after the last', () => {
    subscribeAgentContext(bus, contexts);
    switchTo('coder');
    const handler = bus.on('session.updated', change);
    say();
    handler.dispose();
    assert.equal(watch.proof().problem, 'a context changed by session.updated');
    switchTo('coder');
    change();
    say();
    assert.match(watch.proof().problem ?? '', /, a context changed before session\.updated$/);
    switchTo('coder');
    change();
    assert.match(watch.proof().problem ?? '', /, a context changed after the last event$/);
  });

  it('proves nothing where nobody switched', () => {
    say();
    assert.equal(watch.proof().problem, 'no agent.switched was seen');
  });
});
