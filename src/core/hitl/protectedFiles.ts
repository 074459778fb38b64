import { withoutFolderName } from '../tools/ide/workspacePath.ts';
import type { WorkspaceFolder } from '../ports/Workspace.ts';

/** A file that a call works on, by two names relative to the workspace: as it is called, and with every link followed. */
export interface JudgedPath {
  relative: string;
  real: string;
}

/** Why a file is protected, in words that follow "is". */
type Kind = (segments: readonly string[], name: string) => string | undefined;

const GIT = 'a part of Git’s own data';
const VSCODE = 'a setting of VS Code for this workspace';
const USER = 'a part of VS Code’s own data, with the person’s settings';
const SECRET = 'a file for keys or credentials';
const RULES = 'a file of rules for agents';
const SHELL = 'a configuration of the shell or of Git';
const CI = 'a configuration of continuous integration';
const RUNS = 'a file that an editor or another tool runs by itself';
const ALIAS = 'a name that a file system may take for another';
/** Characters of the longest path that a file system takes. */
const PATH_LENGTH = 4_096;

const secretNames = matcher([
  '.env*', '*.env', '.flaskenv', '.dev.vars*', '*.pem', '*.key', '*.p8', '*.p12', '*.pfx', '*.jks', '*.jceks', '*.keystore', '*.keytab', '*.kdb', '*.kdbx', '*.ppk', '*.asc', '*.gpg', '*.ovpn', 'id_rsa*', 'id_dsa*', 'id_ecdsa*', 'id_ed25519*',
  'credentials', 'credentials.*', '*.credentials', '*_credentials.json', 'client_secret*.json', 'secrets.*', '*.secrets', '.netrc', '_netrc', '.npmrc', '.yarnrc', '.yarnrc.yml', '.pypirc', '.pgpass', '.my.cnf', '.s3cfg', '.htpasswd', 'htpasswd',
  '.git-credentials', '.dockercfg', '.boto', '*.tfvars', '*.tfvars.json', '*.tfstate', '*.tfstate.*', '.terraformrc', 'terraform.rc', 'kubeconfig*', '*.kubeconfig', '*service-account*.json', '*service_account*.json', '*serviceaccount*.json', '*firebase-adminsdk*.json',
  'local.settings.json', '.vault-token', '.vault_pass*', '.vault-pass*',
]);
const secretFolders = matcher(['.ssh', '.aws', '.azure', '.gnupg', '.kube', '.docker', '.gcloud', '.terraform.d', '.password-store', 'secrets', '.secrets']);
const ruleNames = matcher([
  'agents.md', 'agents.*.md', 'agent.md', 'claude.md', 'claude.local.md', 'gemini.md', 'qwen.md', 'warp.md', 'crush.md', 'skill.md', '.cursorrules', '.windsurfrules', '.clinerules*', '.roorules*', '.roomodes', '.kilocoderules*', '.kilocodemodes', '.goosehints',
  '.augment-guidelines', 'copilot-instructions.md', '*.instructions.md', '*.prompt.md', '*.chatmode.md', '*.agent.md', '.mcp.json', 'mcp.json', 'mcp_config.json', '.claude.json', 'opencode.json*', '.opencode.json*', 'crush.json', '.crush.json', '.aider*',
  // what agents may read
  '.cursorignore', '.cursorindexingignore', '.rooignore', '.clineignore', '.kilocodeignore', '.codeiumignore', '.geminiignore', '.agentignore', '.aiignore', '.aiexclude',
]);
const ruleFolders = matcher([
  '.agents', '.agent', '.cursor', '.clinerules', '.cline', '.roo', '.claude', '.kilocode', '.kilo', '.windsurf', '.codex', '.gemini', '.qwen', '.continue', '.opencode', '.crush', '.augment', '.junie', '.kiro', '.amazonq', '.trae', '.factory', '.goose', '.github', '.agent-runtime',
]);
const shellNames = matcher([
  '.bashrc', '.bash_*', '.profile', '.xprofile', '.xinitrc', '.xsession*', '.pam_environment', '.zshrc', '.zshenv', '.zprofile', '.zlogin', '.zlogout', '.kshrc', '.cshrc', '.tcshrc', '.login', '.logout',
  'config.fish', '.inputrc', '.envrc', '.gitconfig', '.gitmodules', '.gitattributes', '.hgrc', 'profile.ps1', '*_profile.ps1', '.tool-versions', '.asdfrc', 'mise.toml', 'mise.*.toml', '.mise.toml', '.mise.*.toml',
]);
const ciNames = matcher([
  '.gitlab-ci*.yml', '.gitlab-ci*.yaml', '.travis.yml', '.appveyor.yml', 'appveyor.yml', 'azure-pipelines*.yml', 'azure-pipelines*.yaml', 'jenkinsfile*', '*.jenkinsfile', 'bitbucket-pipelines.yml', '.drone.yml', '.drone.yaml', '.drone.star', 'cloudbuild*.yaml',
  'cloudbuild*.yml', 'buildspec*.yml', 'buildspec*.yaml', 'wercker.yml', 'codefresh.yml', '.woodpecker.yml', '.woodpecker.yaml', '.cirrus.yml', '.cirrus.star', '.build.yml', 'bitrise.yml', 'codemagic.yaml', 'screwdriver.yaml', '.zuul.yaml', '.zuul.yml', 'netlify.toml', 'vercel.json',
  '.pre-commit-config.y*ml', 'lefthook*.y*ml', '.lefthook*.y*ml', '.huskyrc*', '.simple-git-hooks*', '.overcommit.yml', 'dependabot.y*ml', 'renovate.json*', '.renovaterc*', 'codeowners',
]);
const ciFolders = matcher(['.circleci', '.buildkite', '.builds', '.teamcity', '.tekton', '.woodpecker', '.semaphore', '.harness', '.gitlab', '.gitea', '.forgejo', '.azure-pipelines', '.azuredevops', '.husky', '.githooks', '.git-hooks']);
/** Language servers and build tools run these when a project is only looked at; others run with the next start of a shell's tool. */
const runNames = matcher([
  'build.rs', '*.csproj', '*.fsproj', '*.vbproj', '*.vcxproj', '*.proj', '*.props', '*.targets', 'web.config', 'nuget.config', 'init.gradle*', 'gradle-wrapper.properties', 'gradle-wrapper.jar', '.pnpmfile.*', 'bunfig.toml', '.bazelrc', 'pip.conf', 'pip.ini', '.condarc',
  'sitecustomize.py', 'usercustomize.py', '*.pth', '.pdbrc', '.irbrc', '.pryrc', '.gdbinit', '.lldbinit', '.rprofile', '.renviron', '.ghci', '.ocamlinit', '.psqlrc', '.sqliterc', '.vimrc', '.exrc', '.nvimrc', '.nvim.lua', '.lvimrc', '.dir-locals*.el', '.emacs*',
  '.tmux.conf', '.screenrc', '.curlrc', '.wgetrc', 'devcontainer.json', '.devcontainer.json', '.gitpod.y*ml', '.replit', '*.sublime-project', '*.code-profile',
]);
const runFolders = matcher(['.devcontainer', '.idea', '.vs', '.zed', '.fleet', '.nova', '.idx', '.yarn', '.mvn', '.cargo', '.bundle', '.direnv', '.mise']);
/** Where editors keep their settings for everywhere, and extensions what they know, should somebody open their home folder: the approval policy lies there. */
const editorFolders = matcher(['.vscode-*', '.vscode_*', '.vscodium*', '.cursor-server*', '.windsurf-server*', '.openvscode-server']);
const editors = matcher(['code', 'code - *', 'vscodium*', 'codium', 'cursor*', 'windsurf*', 'code-server', 'user-data']);
const userFolders = matcher(['user', 'machine']);
const editorData = matcher(['settings.json', 'keybindings.json', 'tasks.json', 'mcp.json', 'snippets', 'prompts', 'profiles', 'globalstorage', 'workspacestorage', 'sync']);
const gitFolders = matcher(['.git', '*.git', '.hg', '.svn', '.jj', '.bzr']);

const kinds: readonly Kind[] = [
  // a folder with HEAD, objects and refs is a repository to Git, and its config runs commands
  (segments, name) => (name === 'head' || segments.some(gitFolders) ? GIT : undefined),
  (segments, name) => (segments.includes('.vscode') || name.endsWith('.code-workspace') ? VSCODE : undefined),
  (segments) => (isEditorData(segments) ? USER : undefined),
  (segments, name) => (holdsSecrets(segments, name) ? SECRET : undefined),
  (segments, name) => (ciNames(name) || segments.some(ciFolders) || isWorkflow(segments) ? CI : undefined),
  (segments, name) => (ruleNames(name) || segments.some(ruleFolders) ? RULES : undefined),
  (_segments, name) => (shellNames(name) ? SHELL : undefined),
  (segments, name) => (runNames(name) || segments.some(runFolders) ? RUNS : undefined),
  (segments) => (segments.some(isAlias) ? ALIAS : undefined),
];

/**
 * Why nobody writes a file without a question, whatever rules and presets say; `undefined` for any other. Both names count, in the spelling that
 * the most forgiving file system takes for the same: by no case, without what cannot be seen, without dots and spaces at the end.
 */
export function protection({ relative, real }: JudgedPath, folders: readonly WorkspaceFolder[]): string | undefined {
  return protectionOf(relative, folders) ?? (real === relative ? undefined : protectionOf(real, folders));
}

/**
 * Whether what is in a file is not for a model, unless the person says so: keys and credentials, wherever they lie (`.vscode/.env`), and what a file
 * system may take for one of them (`server.pem::$DATA`).
 */
export function isSecret({ relative, real }: JudgedPath, folders: readonly WorkspaceFolder[]): boolean {
  return [relative, real].some((file) => {
    if (file.length > PATH_LENGTH) return true;
    const { segments, name } = partsOf(file, folders);
    return holdsSecrets(segments, name) || segments.some(isAlias);
  });
}

function holdsSecrets(segments: readonly string[], name: string): boolean {
  return secretNames(name) || segments.slice(0, -1).some(secretFolders);
}

function partsOf(file: string, folders: readonly WorkspaceFolder[]): { segments: string[]; name: string } {
  const segments = foldedName([...rootsOf(file, folders), withoutFolderName(folders, file)].join('/')).split('/');
  return { segments, name: segments.at(-1) ?? '' };
}

function protectionOf(file: string, folders: readonly WorkspaceFolder[]): string | undefined {
  if (file.length > PATH_LENGTH) return ALIAS;
  if (file === '..' || file.startsWith('../') || file.startsWith('/') || /^[a-z]:/i.test(file)) return 'outside the workspace';
  const { segments, name } = partsOf(file, folders);
  for (const kind of kinds) {
    const reason = kind(segments, name);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/**
 * The names that count of the workspace's folders: somebody, or a workspace file, may have opened `.ssh` itself, `.git/hooks` or VS Code's own `User`. Of
 * a folder that lies in another of the workspace, all that it lies in there.
 */
function rootsOf(file: string, folders: readonly WorkspaceFolder[]): string[] {
  const folder = folders.length === 1 ? folders[0] : folders.find(({ name }) => file === name || file.startsWith(`${name}/`));
  const own = segmentsOf(folder?.root ?? '');
  const outer = folders.map(({ root }) => segmentsOf(root)).filter((other) => other.length < own.length && other.every((segment, at) => segment === own[at]));
  const from = Math.min(own.length - 2, ...outer.map(({ length }) => length));
  const parts = own.slice(Math.max(0, from));
  const hidden = parts.findIndex((segment) => segment.startsWith('.'));
  return hidden >= 0 ? parts.slice(hidden) : parts.filter((segment) => editors(segment.toLowerCase()) || userFolders(segment.toLowerCase()));
}

function segmentsOf(root: string): string[] {
  return root.split(/[/\\]/).filter((segment) => segment !== '');
}

/**
 * A path as forgiving file systems compare it, its parts separated by `/`. HFS+ and APFS leave out what cannot be seen (CVE-2014-9390), Windows dots and
 * spaces at the end.
 */
export function foldedName(file: string): string {
  const seen = /^[ -~]*$/.test(file) ? file : file.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  return seen.toLowerCase().split(/[/\\]/).map(withoutEnd).join('/');
}

function withoutEnd(segment: string): string {
  let end = segment.length;
  while (end > 1 && (segment[end - 1] === '.' || segment[end - 1] === ' ')) end -= 1;
  return segment.slice(0, end);
}

/** A short name of Windows ("GIT~1"), or a stream of another file (".env::$DATA"). */
function isAlias(segment: string): boolean {
  return /~\d/.test(segment) || segment.includes(':');
}

function isWorkflow(segments: readonly string[]): boolean {
  const at = segments.indexOf('.github');
  return at >= 0 && ['workflows', 'actions'].includes(segments[at + 1] ?? '');
}

/** "Code/User/settings.json", "code-server/Machine/settings.json", and all of ".vscode-server". */
function isEditorData(segments: readonly string[]): boolean {
  return segments.some((segment, at) => editorFolders(segment) || (userFolders(segment) && editors(segments[at - 1] ?? '') && editorData(segments[at + 1] ?? '')));
}

/** Whether a name is one of these; `*` stands for any characters. */
function matcher(names: readonly string[]): (name: string) => boolean {
  const sources = names.map((name) => name.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*'));
  const pattern = new RegExp(`^(?:${sources.join('|')})$`, 's');
  return (name) => pattern.test(name);
}
