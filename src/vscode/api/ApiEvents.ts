import * as vscode from 'vscode';
import type { ApiEvent } from './agent-runtime.d.ts';

/** What other extensions subscribe to: there before the runtime is, and whether or not it starts. */
export class ApiEvents implements vscode.Disposable {
  /** VS Code's own: it keeps a listener that throws from the others, and names its extension in the log. */
  readonly #emitter = new vscode.EventEmitter<ApiEvent>();
  #listeners = 0;

  /** Given away; nothing else of this object can be reached from it. */
  readonly event: vscode.Event<ApiEvent> = Object.freeze((listener: (event: ApiEvent) => unknown, thisArgs?: unknown, disposables?: vscode.Disposable[]) => {
    const subscription = this.#emitter.event(listener, thisArgs);
    this.#listeners += 1;
    // VS Code's disposables call this once, however often they are disposed
    const disposable = new vscode.Disposable(() => {
      this.#listeners -= 1;
      subscription.dispose();
    });
    disposables?.push(disposable);
    return disposable;
  });

  get heard(): boolean {
    return this.#listeners > 0;
  }

  /** In a microtask of its own: no listener runs inside what published the event, nor can it call back into it. */
  publish(event: ApiEvent): void {
    queueMicrotask(() => this.#emitter.fire(event));
  }

  dispose(): void {
    this.#emitter.dispose();
  }
}
