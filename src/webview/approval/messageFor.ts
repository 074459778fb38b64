import type { ApprovalFromWebview, ApprovalView } from '../../protocol/approvalWebview.ts';
import type { AllowForm } from './AllowForm.ts';
import type { EditForm } from './EditForm.ts';
import type { Action } from './page.ts';

interface Stand {
  approval: ApprovalView;
  feedback: string;
  form: EditForm;
  allow: AllowForm | undefined;
  /** The person ran a command of the palette. */
  command: boolean;
}

/** What an action says to the host, with the hash of what stands before the person. */
export function messageFor(action: Action, { approval, feedback, form, allow, command }: Stand): ApprovalFromWebview | undefined {
  const { approvalId, argumentsHash } = approval;
  const by = command ? { command: true as const } : {};
  switch (action) {
    case 'approve':
      return { type: 'approve', approvalId, argumentsHash, ...by };
    case 'reject':
      return { type: 'reject', approvalId, argumentsHash, feedback: feedback.trim(), ...by };
    case 'edit':
      return form.shown === undefined ? undefined : { type: 'approveEdited', approvalId, argumentsHash, editedHash: form.shown.argumentsHash, values: form.values, ...by };
    case 'allow':
    case 'rule':
      return allow === undefined ? undefined : { type: 'allow', approvalId, argumentsHash, rule: allow.rule, scope: allow.scope, approve: action === 'allow' };
  }
}
