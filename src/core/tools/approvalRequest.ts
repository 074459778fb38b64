import { createHash } from 'node:crypto';
import type { EventData } from '../../protocol/events.ts';
import type { ToolCall } from '../../protocol/messages.ts';
import type { Agent } from '../agents/Agent.ts';
import type { ApprovalRequest } from '../hitl/HitlManager.ts';
import type { Verdict } from '../hitl/policy.ts';
import type { InspectedCall } from './CallInspector.ts';
import type { BoundCall, FileChange } from './Tool.ts';

/** Characters of a changed argument that the model is told. */
const TOLD = 2_000;

/** What the person is asked. `again`: why once more. */
export function requestOf(
  { agent, call, bound }: { agent: Agent; call: ToolCall; bound: BoundCall },
  { rule, source, reason }: Verdict,
  seen: InspectedCall,
  again: string | undefined,
): ApprovalRequest {
  return {
    callId: call.id,
    tool: call.name,
    agent: agent.name,
    arguments: bound.arguments,
    argumentsHash: seen.hash,
    rule,
    source,
    reason: [again ?? reason, ...(source === 'protected' && again === undefined ? [] : linksOf(seen))].join(' '),
    preview: previewOf(bound, seen),
  };
}

/** Where a path leads that is another file than it says: every surface tells it, also those that show no more than the path. */
function linksOf({ paths }: InspectedCall): string[] {
  return paths.flatMap(({ relative, real }) => (real === relative ? [] : [`${relative} leads to ${real} through a link.`]));
}

/** What the person is shown of a call. */
export function previewOf({ change, object }: BoundCall, { target, paths }: InspectedCall): ApprovalRequest['preview'] {
  if (change === undefined || target === undefined) return { path: paths[0]?.relative ?? object, created: false };
  return { path: target.path, created: target.created, diff: change.diff(target) };
}

/** The files that a call writes, whole. */
export function filesOf({ change }: BoundCall, { target }: InspectedCall): FileChange[] {
  return change === undefined || target === undefined ? [] : change.files(target);
}

/** A file's change as the journal keeps it. `paths`: those that were judged, which tell where the file really is. */
export function recordOf({ path, before, after }: FileChange, paths: InspectedCall['paths']): EventData<'tool.change.recorded'>['files'][number] {
  const real = paths.find(({ relative }) => relative === path)?.real ?? path;
  return { path, ...(real === path ? {} : { real }), before, after: contentHash(after) };
}

/** SHA-256 (hex) of a file's text; `null` where there is no file. */
export function contentHash(text: string | null): string | null {
  return text === null ? null : createHash('sha256').update(text).digest('hex');
}

export function withArguments(call: ToolCall, edited: Record<string, unknown>): ToolCall {
  return { ...call, arguments: JSON.stringify(edited) };
}

/** What the model is told of a call that the person edited. `wanted`: its own arguments. */
export function whatRan(wanted: Record<string, unknown>, ran: Record<string, unknown>): string {
  const changed = Object.entries(ran).filter(([name, value]) => JSON.stringify(wanted[name]) !== JSON.stringify(value));
  const dropped = Object.keys(wanted).filter((name) => !(name in ran));
  const told = [...changed.map(([name, value]) => `${name}: ${shortened(JSON.stringify(value))}`), ...dropped.map((name) => `no ${name}`)];
  return `The person changed this call before they approved it. What ran: ${told.join(', ') || 'the same'}`;
}

function shortened(json: string): string {
  return json.length <= TOLD ? json : `${json.slice(0, TOLD)}… (${json.length} characters; read the file to see the rest)`;
}
