import type * as vscode from 'vscode';
import type { Log } from '../../core/ports/Log.ts';

/** The log as an output channel with levels. */
export class OutputLog implements Log {
  readonly #channel: vscode.LogOutputChannel;

  constructor(channel: vscode.LogOutputChannel) {
    this.#channel = channel;
  }

  debug(message: string): void {
    this.#channel.debug(message);
  }

  info(message: string): void {
    this.#channel.info(message);
  }

  warn(message: string): void {
    this.#channel.warn(message);
  }

  error(message: string, error?: unknown): void {
    if (error === undefined) this.#channel.error(message);
    else this.#channel.error(`${message}: ${error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error)}`);
  }
}
