import type { ChatAction, RetryItem, ToolItem } from '../../protocol/webview.ts';
import type { CardState } from './Cards.ts';

/** What a person can do from within the transcript. */
export interface ChatContext {
  /** Whether the session is this window's: only then something can be decided or started here. */
  readonly here: boolean;
  /** Whether it is another window's: what waits is asked there. */
  readonly elsewhere: boolean;
  /** Whether the choices of the question that waits count now. */
  readonly answerable: boolean;
  /** Nobody hears this page. */
  readonly lost: boolean;
  /** Whether what a turn changed can be put back now. */
  readonly undoable: boolean;
  /** The changes that the person wants put back, until the host has said how that went. */
  readonly undoing: string | undefined;
  act: (action: ChatAction) => void;
  /** Stops the turn that runs. */
  stop: () => void;
  openFile: (path: string) => void;
  /** Opens the dialog of a call that waits; `panel`: there. */
  openApproval: (approvalId: string, panel?: 'reject' | 'edit' | 'allow') => void;
  /** How the card of a call that waits is drawn. */
  card: (item: ToolItem) => CardState;
  /** Whole seconds until a request goes to the model again. */
  secondsToRetry: (item: RetryItem) => number;
  /** The pointer goes down on the card's Approve. */
  beginApprove: (approvalId: string) => void;
  approve: (approvalId: string, by: { pointer: boolean }) => void;
  undo: (changesId: string) => void;
  /** Answers a question with one of its choices. */
  choose: (questionId: string, choice: string) => void;
  /** Folds or unfolds a row. */
  fold: (id: string, open: boolean) => void;
  /** Puts a text into the input, without sending it. */
  fill: (text: string) => void;
}
