// Run by runTests.mjs in a process of its own, as @vscode/test-electron ends on a signal what it
// started only where it is the whole process.
//   node extensionTestRunner.mjs EXECUTABLE WORKSPACE PROFILE-FOLDER
import path from 'node:path';
import { TestRunFailedError, runTests } from '@vscode/test-electron';
import { ROOT } from './project.mjs';

const [executable = '', workspace = '', profile = ''] = process.argv.slice(2);

try {
  await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: ROOT,
    extensionTestsPath: path.join(ROOT, 'out/test/extension/index.js'),
    launchArgs: [workspace, `--user-data-dir=${path.join(profile, 'user')}`, `--extensions-dir=${path.join(profile, 'extensions')}`],
  });
} catch (error) {
  if (!(error instanceof TestRunFailedError)) console.error(error);
  process.exitCode = 1;
}
