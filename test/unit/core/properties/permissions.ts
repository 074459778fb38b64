import * as assert from 'node:assert/strict';
import type { EventOf, EventType, RuntimeEvent } from '../../../../src/protocol/events.ts';
import type { World } from '../../../support/World.ts';

function is<T extends EventType>(event: RuntimeEvent, type: T): event is EventOf<T> {
  return event.type === type;
}

/** What the person said of writes by a moment: the preset, and the rules that hold. */
class Said {
  #preset = 'askWrites';
  readonly #rules = new Map<string, EventOf<'hitl.rule.added'>>();

  hear(event: RuntimeEvent): void {
    if (is(event, 'hitl.preset.changed')) this.#preset = event.data.preset;
    else if (is(event, 'hitl.rule.added')) this.#rules.set(event.data.ruleId, event);
    else if (is(event, 'hitl.rule.removed')) this.#rules.delete(event.data.ruleId);
  }

  /** A list forbids by the newest of its rules that matches. */
  forbids(sessionId: string | undefined, file: string): boolean {
    return this.#preset === 'readOnly' || this.#effects(sessionId, file).includes('deny');
  }

  allows(sessionId: string | undefined, file: string): boolean {
    return this.#preset !== 'askAll' && (this.#preset === 'trustEdits' || this.#effects(sessionId, file).includes('allow'));
  }

  #effects(sessionId: string | undefined, file: string): (string | undefined)[] {
    const matching = [...this.#rules.values()].filter((rule) => rule.data.rule.path === file && (rule.data.scope !== 'session' || rule.sessionId === sessionId));
    return ['session', 'workspace'].map((scope) => matching.findLast(({ data }) => data.scope === scope)?.data.rule.effect);
  }
}

/** What runs without a question is what the person allowed by then, in a preset or a rule; and nothing starts that they had forbidden by then, approved or not. */
export function allowedIsWhatThePersonSaid(world: World): void {
  const said = new Said();
  const files = new Map<string, string>();
  for (const { event } of world.commits) {
    said.hear(event);
    const { sessionId } = event;
    if (is(event, 'hitl.verdict.given') && event.data.tool === 'write_file') {
      const { verdict, object, source, callId } = event.data;
      files.set(`${sessionId ?? ''} ${callId}`, object);
      if (verdict !== 'deny') assert.ok(!said.forbids(sessionId, object), 'a write is not refused that the person forbade');
      if (verdict === 'allow') assert.ok(said.allows(sessionId, object), `a write is allowed by ${source} that the person did not allow`);
    } else if (is(event, 'tool.execution.started') && event.data.tool === 'write_file') {
      const file = files.get(`${sessionId ?? ''} ${event.data.callId}`) ?? '';
      assert.ok(!said.forbids(sessionId, file), 'a write started that the person had forbidden by then');
    }
  }
}

/** Every approval is one that the person gave: for the question itself, or for what they were shown of it when they edited the one before. */
export function approvedIsByThePerson(world: World): void {
  const edits = new Map<string, string>();
  for (const { event } of world.commits) {
    if (!is(event, 'hitl.decision.made')) continue;
    const { decision, approvalId, argumentsHash, callId, edited } = event.data;
    const key = `${event.sessionId ?? ''} ${callId}`;
    if (edited !== undefined) edits.set(key, edited.argumentsHash);
    if (decision !== 'approve') continue;
    assert.ok(world.approved.has(approvalId) || edits.get(key) === argumentsHash, 'nobody approved what is approved');
  }
}
