import type { Clock } from '../ports/Clock.ts';
import type { Environment } from '../ports/Environment.ts';
import type { Log } from '../ports/Log.ts';
import type { Workspace } from '../ports/Workspace.ts';
import type { SessionState } from '../sessions/SessionState.ts';
import { nameWorkspacePath } from '../tools/ide/workspacePath.ts';
import { WorkspaceRules, type Rules } from './WorkspaceRules.ts';

/** From Sunday on; a formatter of Node's would take 0.15 ms each time, and many the first time. */
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

export interface SystemPromptsDependencies {
  workspace: Workspace;
  environment: Environment;
  clock: Clock;
  log: Log;
}

/** What a model is told before a conversation: the agent's prompt, where it works, and the workspace's own rules. */
export class SystemPrompts {
  readonly #dependencies: SystemPromptsDependencies;
  readonly #rules: WorkspaceRules;

  constructor(dependencies: SystemPromptsDependencies) {
    this.#dependencies = dependencies;
    this.#rules = new WorkspaceRules(dependencies);
  }

  /** Never rejects: rules that cannot be read are left out, with a word in the log. */
  async build(prompt: string, session: SessionState): Promise<string> {
    const { workspace, environment } = this.#dependencies;
    const active = environment.activeFile();
    const rules = workspace.trusted() ? await this.#rules.read(active, session) : [];
    return [prompt, this.#surroundings(active), ...rulesSection(rules)].join('\n\n');
  }

  #surroundings(active: string | undefined): string {
    const { workspace, environment, clock } = this.#dependencies;
    const folders = workspace.folders();
    const shell = environment.shell();
    const file = active === undefined ? undefined : relativeName(workspace, active);
    const lines = [
      `Operating system: ${environment.os()}`,
      ...(shell === '' ? [] : [`Shell: ${shell}`]),
      `Today: ${dayOf(clock.now())}`,
      folders.length === 0 ? 'No folder is open, so there are no files to work on.' : `Workspace: ${folders.map(({ name, root }) => `${name} (${root})`).join(', ')}`,
      ...(folders.length > 1 ? ['Paths begin with the name of the folder.'] : []),
      ...(file === undefined ? [] : [`The person looks at: ${file}`]),
      ...(workspace.trusted() ? [] : ['Restricted Mode: the person has not said that they trust this workspace. You can read; every change is refused.']),
    ];
    return `# Where you work\n\n${lines.map((line) => `- ${inOneLine(line)}`).join('\n')}`;
  }
}

/** `undefined` for a file outside the workspace: it is not the agents' concern. */
function relativeName(workspace: Workspace, file: string): string | undefined {
  try {
    return nameWorkspacePath(workspace, file).relative;
  } catch {
    return undefined;
  }
}

/** By the person's own calendar. */
function dayOf(now: Date): string {
  const part = (value: number): string => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${part(now.getMonth() + 1)}-${part(now.getDate())}, ${weekdays[now.getDay()] ?? ''}`;
}

/** Names of files may hold line ends, and none may begin a section of its own. */
function inOneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

function rulesSection(rules: readonly Rules[]): string[] {
  if (rules.length === 0) return [];
  const intro = 'The workspace has rules for agents. Follow them. Where they differ, those nearest to the file that you work on win, which are the later ones; what the person says wins over all of them.';
  const files = rules.map(({ path, text, cut }) => {
    const note = cut ? `\n[${path} is longer; this is its beginning. Read the rest with read_file where you need it.]` : '';
    return `<rules file=${JSON.stringify(path)}>\n${text.replaceAll('</rules', '<\\/rules')}${note}\n</rules>`;
  });
  return [['# Rules of the workspace', intro, ...files].join('\n\n')];
}
