import type { ChatAction } from '../../protocol/webview.ts';

/** What a person can do from within the transcript. */
export interface ChatContext {
  act: (action: ChatAction) => void;
  openFile: (path: string) => void;
  openApproval: (approvalId: string) => void;
  /** Folds or unfolds a tool's row. */
  fold: (toolId: string, open: boolean) => void;
  /** Puts a text into the input, without sending it. */
  fill: (text: string) => void;
}
