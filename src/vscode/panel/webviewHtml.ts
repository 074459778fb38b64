import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** What starts an extension host again; in a browser VS Code has no smaller step than a reload. */
function restartCommand(): 'reloadWindow' | 'restartExtensionHost' {
  return vscode.env.uiKind === vscode.UIKind.Web ? 'reloadWindow' : 'restartExtensionHost';
}

/** What a page may do: run its script, load its own files, and link to two commands for when no host hears it. */
export function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return {
    enableScripts: true,
    localResourceRoots: [webviewRoot(extensionUri)],
    enableCommandUris: ['agentRuntime.openChat', `workbench.action.${restartCommand()}`],
  };
}

/** Where a webview's files are, and all that it may load. */
function webviewRoot(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

/** The page of a webview: one script by nonce, our styles and icons, and no other origin. */
export function webviewHtml(webview: vscode.Webview, extensionUri: vscode.Uri, page: 'chat' | 'approval'): string {
  const uri = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(webviewRoot(extensionUri), file)).toString();
  const nonce = randomBytes(16).toString('base64');
  const policy = `default-src 'none'; style-src ${webview.cspSource}; font-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Agent Runtime</title>
<link rel="stylesheet" href="${uri('codicon.css')}">
<link rel="stylesheet" href="${uri('style.css')}">
</head>
<body class="tab" data-restart="${restartCommand()}"><div id="root"></div><script nonce="${nonce}" src="${uri(`${page}.js`)}"></script></body>
</html>`;
}
