import type { RuntimeEvent } from '../../protocol/events.ts';
import type { ApiEnvelope, ApiEvent } from './agent-runtime.d.ts';
import { outgoing, type OutgoingRule, type OutgoingRules } from './outgoing.ts';

/** An id, or the name of a tool: no prose, as it has no spaces, and no path. */
const NAME = /^[\w:-]{1,64}$/;

/** What other extensions get of an event: a copy with the fields that {@link outgoing} lets go, deeply frozen. `undefined` for a type that it does not know. */
export function redact(event: RuntimeEvent): ApiEvent | undefined {
  const { eventId, seq, type, category, timestamp, sessionId, correlationId, causationId, source, version } = event;
  if (!Object.hasOwn(outgoing, type)) return undefined;
  const envelope: ApiEnvelope = {
    eventId,
    ...(seq === undefined ? undefined : { seq }),
    category,
    timestamp,
    ...(sessionId === undefined ? undefined : { sessionId }),
    correlationId,
    ...(causationId === undefined ? undefined : { causationId }),
    source,
    version,
  };
  // `Untold` in outgoing.ts holds that this is what they leave
  return Object.freeze({ ...envelope, type, data: leftOf(event.data, outgoing[type]) }) as ApiEvent;
}

function leftOf(value: object, rules: OutgoingRules): object {
  const left: Record<string, unknown> = {};
  for (const [field, content] of Object.entries(value)) {
    const rule = Object.hasOwn(rules, field) ? rules[field] : undefined;
    const kept = rule === undefined ? undefined : keep(content, rule);
    if (kept !== undefined) left[field] = kept;
  }
  return Object.freeze(left);
}

/** `undefined`: nothing of it. */
function keep(value: unknown, rule: OutgoingRule): unknown {
  if (rule === false) return undefined;
  if (Array.isArray(value)) return Object.freeze(value.map((item) => keep(item, rule)).filter((item) => item !== undefined));
  if (typeof rule === 'object') return typeof value === 'object' && value !== null ? leftOf(value, rule) : undefined;
  if (typeof value !== 'string') return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
  return rule === true || NAME.test(value) ? value : '';
}
