import picomatch from 'picomatch';
import type { WorkspaceFolder } from '../ports/Workspace.ts';
import { withoutFolderName } from '../tools/ide/workspacePath.ts';
import type { Agent } from './Agent.ts';

const HAND_OVER = 'switch_mode';

/** A file by two names, both relative to the workspace: as it is called, and with every link followed. */
export interface WrittenFile {
  relative: string;
  real: string;
}

/** Why a call is refused. */
export interface Refusal {
  /** For the model: what is wrong, and what it can do instead. */
  message: string;
  /** For people. */
  told: string;
}

/**
 * Why an agent may not write a file; `undefined` where it may. Both of the
 * file's names must match, whole and by their case, whatever the file system makes of it.
 */
export function writeRefusal(agent: Agent, { relative, real }: WrittenFile, folders: readonly WorkspaceFolder[]): Refusal | undefined {
  if (agent.writes === undefined) return undefined;
  const { globs, words } = agent.writes;
  const matches = picomatch([...globs], { dot: true, windows: false });
  const problem = (file: string): string | undefined => {
    const inFolder = withoutFolderName(folders, file);
    // on Windows "a.ts:x.md" is a stream of a.ts
    if (inFolder.includes(':')) return 'has a “:” in its path, which can name a part of another file';
    return matches(inFolder) ? undefined : 'is none';
  };
  const named = problem(relative);
  const led = problem(real);
  if (named === undefined && led === undefined) return undefined;
  const what = named === undefined ? `${relative} is a link that leads to ${real}, which ${led ?? ''}` : `${relative} ${named}`;
  const instead = agent.tools.includes(HAND_OVER) ? `Hand over with ${HAND_OVER} to an agent that may, or write such a file.` : 'Write only such a file.';
  return {
    message: `${agent.title} may write only ${words}, and ${what}. Nothing was written. ${instead}`,
    told: `${agent.title} may write only ${words}. Nothing was written.`,
  };
}
