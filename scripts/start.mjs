// npm start: prepares everything, and opens VS Code with this extension on a demo workspace.
import { build } from './lib/build.mjs';
import { demoWorkspace } from './lib/demoWorkspace.mjs';
import { findVscode } from './lib/findVscode.mjs';
import { installDependencies } from './lib/installDependencies.mjs';
import { runScript } from './lib/runScript.mjs';
import { startInBrowser } from './lib/startInBrowser.mjs';
import { startDownloaded, startInstalled } from './lib/startOnDesktop.mjs';

await runScript(async (context) => {
  await installDependencies(context);
  const vscode = await findVscode(context, 'start');
  await build(context);
  const { folder, isNew } = demoWorkspace();
  context.steps.say(`${isNew ? 'Makes the demo workspace' : 'Opens the demo workspace, with your changes'}: ${folder}`);
  switch (vscode.kind) {
    case 'installed':
      return startInstalled(context, vscode, folder);
    case 'desktop':
      return startDownloaded(context, vscode, folder);
    case 'browser':
      return startInBrowser(context, folder);
  }
});
