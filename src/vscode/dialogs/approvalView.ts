import type { JudgedPath } from '../../core/hitl/protectedFiles.ts';
import type { WorkspaceFolder } from '../../core/ports/Workspace.ts';
import type { EventOf } from '../../protocol/events.ts';
import type { Preset } from '../../protocol/policy.ts';
import type { ApprovalView } from '../../protocol/approvalWebview.ts';
import { allowChoices } from './allowChoices.ts';
import { fieldsOf } from './approvalFields.ts';
import { argumentTexts } from './argumentTexts.ts';
import { whyAsked } from './whyAsked.ts';

export interface ApprovalWords {
  titleOf: (sessionId: string) => string;
  agentTitle: (agent: string) => string;
  /** Whether the person was asked about the call before: the reason says why they are asked once more. */
  askedBefore: (requested: EventOf<'hitl.approval.requested'>) => boolean;
}

/** What is known of the question and its call at this moment. */
export interface Moment {
  /** Milliseconds until it counts as rejected. */
  leftMs: number | undefined;
  /** What the call would work on; `undefined` where it could not run. */
  paths: readonly JudgedPath[] | undefined;
  preset: Preset;
  folders: readonly WorkspaceFolder[];
  /** JSON Schema of the tool's arguments. */
  parameters: unknown;
}

/** A request for approval as the dialog shows it. */
export function approvalView(requested: EventOf<'hitl.approval.requested'>, words: ApprovalWords, moment: Moment): ApprovalView {
  const { data, timestamp, sessionId } = requested;
  const { path, created, diff } = data.preview;
  const { leftMs, paths, preset, folders, parameters } = moment;
  const again = words.askedBefore(requested);
  return {
    approvalId: data.approvalId,
    argumentsHash: data.argumentsHash,
    title: `${diff === undefined ? 'Read' : created ? 'Create' : 'Edit'} ${path}?`,
    tool: data.tool,
    path,
    created,
    agent: words.agentTitle(data.agent),
    sessionTitle: sessionId === undefined ? '' : words.titleOf(sessionId),
    askedAt: timestamp,
    ...(leftMs === undefined ? {} : { leftMs }),
    ...(again ? { again: data.reason } : {}),
    ...(diff === undefined ? {} : { diff }),
    why: whyAsked(data, { paths, folders, again }),
    arguments: argumentTexts(data.arguments),
    fields: fieldsOf(parameters, data.arguments),
    allow: allowChoices(data, { paths, preset }),
  };
}
