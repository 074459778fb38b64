import type { ChatAction } from '../../protocol/webview.ts';

/** What a person can do from within the transcript. */
export interface ChatContext {
  /** Whether the session is this window's: only then something can be decided or started here. */
  readonly here: boolean;
  /** Whether it is another window's: what waits is asked there. */
  readonly elsewhere: boolean;
  /** Whether the choices of the question that waits count now. */
  readonly answerable: boolean;
  act: (action: ChatAction) => void;
  openFile: (path: string) => void;
  openApproval: (approvalId: string) => void;
  /** Answers a question with one of its choices. */
  choose: (questionId: string, choice: string) => void;
  /** Folds or unfolds a tool's row. */
  fold: (toolId: string, open: boolean) => void;
  /** Puts a text into the input, without sending it. */
  fill: (text: string) => void;
}
