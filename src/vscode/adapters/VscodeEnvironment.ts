import * as os from 'node:os';
import * as vscode from 'vscode';
import type { Environment } from '../../core/ports/Environment.ts';

/** The computer and the editor, as VS Code knows them. */
export class VscodeEnvironment implements Environment {
  os(): string {
    if (process.platform === 'win32') return os.version();
    // the release is the kernel's, and not macOS's own
    return process.platform === 'darwin' ? `macOS (Darwin ${os.release()})` : `${os.type()} ${os.release()}`;
  }

  shell(): string {
    return vscode.env.shell;
  }

  activeFile(): string | undefined {
    const uri = vscode.window.activeTextEditor?.document.uri;
    return uri?.scheme === 'file' ? uri.fsPath : undefined;
  }
}
