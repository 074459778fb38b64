import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Disposable } from '../../core/bus/Disposable.ts';
import { DisposableStore } from '../../core/bus/Disposable.ts';
import type { FileChange } from '../../core/tools/Tool.ts';
import { foreignPath } from '../foreignText.ts';

const SCHEME = 'agent-runtime-approval';

/** Changes that are not made yet, in VS Code's own diff editor: two documents that nobody can write. */
export class DiffDocuments implements Disposable {
  readonly #disposables = new DisposableStore();
  readonly #texts = new Map<string, string>();

  constructor() {
    this.#disposables.add(vscode.workspace.registerTextDocumentContentProvider(SCHEME, { provideTextDocumentContent: (uri) => this.#texts.get(uri.toString()) ?? '' }));
    this.#disposables.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#texts.delete(uri.toString())));
  }

  /** Left what the file is, right what it would be. */
  async open({ path: file, before, after }: FileChange): Promise<void> {
    const id = randomUUID();
    const [left, right] = [this.#keep(file, `${id}-before`, before), this.#keep(file, `${id}-after`, after)];
    await vscode.commands.executeCommand('vscode.diff', left, right, `${foreignPath(path.posix.basename(file))} (not approved yet)`, { preview: true });
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #keep(file: string, query: string, text: string | null): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${file}`, query });
    this.#texts.set(uri.toString(), text ?? '');
    return uri;
  }
}
