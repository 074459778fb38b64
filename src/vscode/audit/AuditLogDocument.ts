import * as vscode from 'vscode';
import { auditText } from '../../core/audit/auditText.ts';
import { AuditWords } from '../../core/audit/AuditWords.ts';
import { DisposableStore, type Disposable } from '../../core/bus/Disposable.ts';
import type { AuditLog } from '../../core/ports/AuditLog.ts';

const SCHEME = 'agent-runtime-audit';
const DOCUMENT = vscode.Uri.from({ scheme: SCHEME, path: '/Audit Log' });

export interface AuditLogDocumentDependencies {
  audit: Pick<AuditLog, 'page' | 'beforeLast'>;
  /** The sessions' titles, by id. */
  titles: () => Promise<ReadonlyMap<string, string>>;
  agentTitle: (name: string) => string;
}

/** The audit log in words, as a document that nobody can change. */
export class AuditLogDocument implements Disposable {
  readonly #dependencies: AuditLogDocumentDependencies;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #disposables = new DisposableStore();
  #text = '';

  constructor(dependencies: AuditLogDocumentDependencies) {
    this.#dependencies = dependencies;
    this.#disposables.add(this.#changed);
    this.#disposables.add(vscode.workspace.registerTextDocumentContentProvider(SCHEME, { onDidChange: this.#changed.event, provideTextDocumentContent: () => this.#text }));
  }

  /** Opens it as it is now, at its end. Rejects in words where it could not be read. */
  async show(): Promise<void> {
    const { audit, titles, agentTitle } = this.#dependencies;
    const known = await titles();
    const text = await auditText(audit, new AuditWords({ titleOf: (id) => known.get(id), agentTitle }));
    const opened = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === DOCUMENT.toString());
    const updated = opened === undefined || text === this.#text ? undefined : refreshed(opened);
    this.#text = text;
    if (updated !== undefined) {
      this.#changed.fire(DOCUMENT);
      await updated;
    }
    const document = await vscode.languages.setTextDocumentLanguage(await vscode.workspace.openTextDocument(DOCUMENT), 'log');
    const end = document.lineAt(document.lineCount - 1).range.end;
    const editor = await vscode.window.showTextDocument(document, { preview: false, selection: new vscode.Range(end, end) });
    editor.revealRange(new vscode.Range(end, end));
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}

/** Resolves when VS Code has taken another text into the document, or has closed it. */
function refreshed(document: vscode.TextDocument): Promise<void> {
  return new Promise((resolve) => {
    const done = new DisposableStore();
    const settle = (changed: vscode.TextDocument): void => {
      if (changed !== document) return;
      done.dispose();
      resolve();
    };
    done.add(vscode.workspace.onDidChangeTextDocument((event) => settle(event.document)));
    done.add(vscode.workspace.onDidCloseTextDocument(settle));
  });
}
