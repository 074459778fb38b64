const OF_A_SURROUNDING_VSCODE = /^(VSCODE_(IPC|PID|CWD|NLS|HANDLES|ESM|L10N|GIT|INJECTION|SHELL|STABLE)|ELECTRON_)/;

/** What would redirect code-server, or be loaded into every Node that is started. */
const OF_OTHER_PROGRAMS = new Set([
  'PORT',
  'PASSWORD',
  'HASHED_PASSWORD',
  'CODE_SERVER_CONFIG',
  'CODE_SERVER_SESSION_SOCKET',
  'CS_DISABLE_FILE_DOWNLOADS',
  'NODE_OPTIONS',
]);

/**
 * A child's environment, less what a surrounding VS Code or code-server would leave in it.
 * @param {NodeJS.ProcessEnv} extra
 * @returns {NodeJS.ProcessEnv}
 */
export function cleanEnv(extra = {}) {
  const kept = Object.entries({ ...process.env, ...extra }).filter(
    ([name]) => !OF_A_SURROUNDING_VSCODE.test(name) && !OF_OTHER_PROGRAMS.has(name),
  );
  return Object.fromEntries(kept);
}
