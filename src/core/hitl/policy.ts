import type { Tool } from '../tools/Tool.ts';

export interface Verdict {
  verdict: 'allow' | 'ask' | 'deny';
  /** Which rule said so. */
  rule: string;
  /** Why, in one sentence for the person. */
  reason: string;
}

const PRESET = 'Ask for writes and commands';

/** Whether a call may run, must be asked for, or is refused. */
export function judge(tool: Pick<Tool, 'name' | 'effects'>, workspace: { trusted: boolean }): Verdict {
  if (tool.effects === 'none' || tool.effects === 'read') {
    return { verdict: 'allow', rule: PRESET, reason: 'Reads run without a question.' };
  }
  if (!workspace.trusted) {
    return { verdict: 'deny', rule: 'Restricted Mode', reason: 'The workspace is not trusted, so agents change nothing in it.' };
  }
  return { verdict: 'ask', rule: `${tool.name} asks · preset ${PRESET}`, reason: 'Writes ask first.' };
}
