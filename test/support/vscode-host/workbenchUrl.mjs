/**
 * The address of a window.
 * @param {{ base: string }} server
 * @param {{ folder?: string | undefined, workspace?: string | undefined, payload?: string[][] }} options
 *   `folder` and `workspace` are paths; `payload` holds what the desktop takes as flags.
 */
export function workbenchUrl(server, { folder, workspace, payload = [] } = {}) {
  const url = new URL(`${server.base}/`);
  if (workspace !== undefined) url.searchParams.set('workspace', workspace);
  else if (folder !== undefined) url.searchParams.set('folder', folder);
  else url.searchParams.set('ew', 'true');
  if (payload.length > 0) url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}
