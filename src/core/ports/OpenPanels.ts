/** A chat's editor tab. */
export interface OpenPanel {
  sessionId: string;
  /** VS Code's number of the column that it stood in, from 1. */
  viewColumn: number;
}

/** A tab of a host that ended. */
export interface LeftOverPanel extends OpenPanel {
  /** The host ended without a word; where not, it said goodbye. */
  killed: boolean;
}

/** Which chats stand open in this host's window, so that the next host finds their tabs, which hear nobody any more. */
export interface OpenPanels {
  opened(panel: OpenPanel): void;
  closed(sessionId: string): void;
  /** The tabs of hosts on this machine that ended, once a session. They may have stood in other windows than this host's. */
  leftOver(): LeftOverPanel[];
  /** Nobody needs to know any more which hosts that ended had a session open. */
  forget(sessionId: string): void;
}
