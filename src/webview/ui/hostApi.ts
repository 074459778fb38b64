interface HostApi<Message> {
  postMessage: (message: Message) => void;
  /** What VS Code gives back with the page when its tab was hidden, and after a reload of the window. */
  setState: (state: unknown) => void;
}

declare function acquireVsCodeApi(): HostApi<unknown>;

/** The channel to the extension host. VS Code hands it out once: call this once a page. */
export function hostApi<Message>(): HostApi<Message> {
  return acquireVsCodeApi();
}
