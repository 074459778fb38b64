import type { ApprovalPanel, ApprovalView } from '../../protocol/approvalWebview.ts';
import type { AllowForm } from './AllowForm.ts';
import type { EditForm } from './EditForm.ts';

/** What a button of the page sends. `rule`: the rule alone. */
export type Action = 'approve' | 'reject' | 'edit' | 'allow' | 'rule';

/** What the page shows, and what its parts tell it. */
export interface ApprovalPage {
  approval: ApprovalView;
  panel: ApprovalPanel;
  /** Milliseconds until it counts as rejected; absent: as long as it takes. */
  leftMs: number | undefined;
  argumentsOpen: boolean;
  /** The change's two sides are beside each other: the person wants that, and there is room. */
  sides: { wanted: boolean; room: boolean };
  /** What is on its way. */
  sent: Action | undefined;
  /** Whether the buttons count already. */
  settled: boolean;
  /** Why nothing can be decided here any more. */
  closed: string | undefined;
  /** Nobody hears this page: a click would reach no one. */
  lost: boolean;
  /** What did not come to pass, and why. */
  note: string | undefined;
  isMac: boolean;
  now: Date;
  feedback: string;
  form: EditForm;
  allow: AllowForm | undefined;
  /** How many files the rule matches; `undefined` until the host has counted. */
  matches: { files: number; more: boolean } | undefined;
  on: {
    feedback: (text: string) => void;
    /** Sends, where the page may. */
    act: (action: Action) => void;
    openPanel: (panel: ApprovalPanel) => void;
    back: () => void;
    arguments: () => void;
    sides: (wanted: boolean) => void;
    openDiff: () => void;
    edit: (name: string, value: string | boolean) => void;
    reset: () => void;
    /** The rule is another. */
    rule: (change: (form: AllowForm) => void) => void;
  };
}
