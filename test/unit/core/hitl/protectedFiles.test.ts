import * as assert from 'node:assert/strict';
import { foldedName, isSecret, protection } from '../../../../src/core/hitl/protectedFiles.ts';

const one = [{ name: 'work', root: '/home/me/work' }];
const two = [{ name: 'api', root: '/home/me/api' }, { name: 'web', root: '/home/me/web' }];
const why = (path: string, real = path, folders = one): string | undefined => protection({ relative: path, real }, folders);

const GIT = 'a part of Git’s own data';
const SECRET = 'a file for keys or credentials';
const RULES = 'a file of rules for agents';
const SHELL = 'a configuration of the shell or of Git';
const CI = 'a configuration of continuous integration';
const RUNS = 'a file that an editor or another tool runs by itself';
const VSCODE = 'a setting of VS Code for this workspace';
const USER = 'a part of VS Code’s own data, with the person’s settings';
const ALIAS = 'a name that a file system may take for another';

describe('Protected by nature is', () => {
  const kinds: [reason: string, paths: string[]][] = [
    [GIT, ['.git', '.git/config', '.git/hooks/pre-commit', 'sub/.git', 'a/.git/modules/b/config', 'HEAD', 'planted/HEAD', 'bare.git/config', '.hg/hgrc']],
    [VSCODE, ['.vscode/settings.json', '.vscode/tasks.json', 'a/.vscode/launch.json', 'my.code-workspace', '.vscode']],
    [SECRET, ['.env', '.env.local', '.envrc', 'a/.env.production', 'prod.env', 'server.pem', 'a/b.key', 'id_rsa', 'id_ed25519.pub', '.ssh/config', '.aws/credentials', 'secrets/a.txt', '.npmrc', '.git-credentials', 'terraform.tfvars', 'kubeconfig', 'my-service-account-1.json', '.dev.vars']],
    [RULES, ['AGENTS.md', 'src/AGENTS.md', 'AGENTS.local.md', 'CLAUDE.md', 'GEMINI.md', '.cursorrules', '.cursor/rules/a.mdc', '.clinerules', '.clinerules/a.md', '.roo/mcp.json', '.roomodes', '.claude/settings.json', '.mcp.json', '.github/copilot-instructions.md', '.github/hooks/a.json', 'a.prompt.md', '.rooignore', '.kiro/a', '.aider.conf.yml', '.agents/skills/a.py']],
    [SHELL, ['.bashrc', '.zshrc', '.profile', '.gitconfig', '.gitattributes', '.gitmodules', 'mise.toml', 'Microsoft.PowerShell_profile.ps1', 'fish/config.fish']],
    [CI, ['.github/workflows/ci.yml', '.github/actions/a/action.yml', '.gitlab-ci.yml', '.circleci/config.yml', 'Jenkinsfile', 'a/Jenkinsfile.release', 'azure-pipelines.yml', '.husky/pre-commit', '.githooks/pre-push', '.pre-commit-config.yaml', 'CODEOWNERS', '.travis.yml']],
    [RUNS, ['build.rs', 'a.csproj', 'Directory.Build.props', '.idea/workspace.xml', '.cargo/config.toml', '.yarn/releases/yarn.cjs', '.mvn/extensions.xml', '.vimrc', '.devcontainer/devcontainer.json', '.devcontainer.json', '.pnpmfile.cjs', 'web.config']],
    [USER, ['.config/Code/User/settings.json', 'Library/Application Support/Code - Insiders/User/profiles/a/settings.json', 'AppData/Roaming/Code/User/keybindings.json', '.vscode-server/data/Machine/settings.json', '.vscode-server/data/User/globalStorage/x', '.local/share/code-server/User/settings.json', 'data/user-data/User/mcp.json', '.config/VSCodium/User/workspaceStorage/a/b']],
    [ALIAS, ['GIT~1/config', 'src/ENV~1', 'a.txt::$DATA', 'ab:c', 'x/'.repeat(3_000)]],
    ['outside the workspace', ['..', '../a', '/etc/passwd', 'C:/a', 'c:\\a']],
  ];
  for (const [reason, paths] of kinds) {
    for (const path of paths) {
      it(`${path.slice(0, 40)}: ${reason}`, () => {
        assert.equal(why(path), reason);
      });
    }
  }

  const others: [what: string, path: string, reason: string][] = [
    ['in another case', '.GIT/Config', GIT],
    ['in another case', '.Vscode/SETTINGS.json', VSCODE],
    ['in another case', 'agents.MD', RULES],
    ['with dots at the end', '.git./config', GIT],
    ['with spaces at the end', '.env ', SECRET],
    ['with both', '.vscode. . /settings.json', VSCODE],
    ['with a zero-width character', '.g\u200bit/config', GIT],
    ['with a character that HFS+ leaves out', '.gi\u200ct/config', GIT],
    ['with a variation selector', 'AGENTS\ufe0f.md', RULES],
    ['in full width', '\uff0e\uff45\uff4e\uff56', SECRET],
    ['with a one-dot leader', '\u2024git/config', GIT],
    ['with a Kelvin sign', '.\u212airo/a', RULES],
    ['with backslashes', 'a\\.git\\config', GIT],
    ['with a stream', '.git::$INDEX_ALLOCATION/config', ALIAS],
    ['as a short name of Windows', 'AGENTS~1.MD', ALIAS],
  ];
  for (const [what, path, reason] of others) {
    it(`a protected name ${what}: ${JSON.stringify(path)}`, () => {
      assert.equal(why(path), reason);
    });
  }

  const free = ['src/a.ts', 'README.md', 'package.json', 'git/config.ts', 'src/env.ts', 'environment.ts', 'src/hooks/useGit.ts', 'docs/agents/index.md', 'vscode/settings.json', 'monkey.ts', 'a.keys.ts', 'head.html', 'Makefile', '.gitignore', '.prettierrc', '...', 'a/..b/c', '.', 'workflows/ci.yml', 'secret.md', 'public.html', 'compose.yml', 'src/user/settings.json', 'code/user/index.ts', 'src/machine/tasks.json'];
  for (const path of free) {
    it(`not ${path}`, () => {
      assert.equal(why(path), undefined);
    });
  }

  it('what a name leads to, through links', () => {
    assert.equal(why('notes.md', '.git/config'), GIT);
    assert.equal(why('docs/a.md', '../outside.md'), 'outside the workspace');
    assert.equal(why('.vscode/settings.json', 'shared/settings.json'), VSCODE, 'by its own name too');
  });

  it('the same in each folder of a workspace', () => {
    assert.equal(why('api/.vscode/settings.json', undefined, two), VSCODE);
    assert.equal(why('web/AGENTS.md', undefined, two), RULES);
    assert.equal(why('.env', undefined, two), SECRET);
    assert.equal(why('api/src/a.ts', undefined, two), undefined);
  });

  it('everything in a folder that is protected itself, where that is the workspace', () => {
    assert.equal(why('config', 'config', [{ name: 'ssh', root: '/home/me/.ssh' }]), SECRET);
    assert.equal(why('hooks/pre-commit', undefined, [{ name: 'x', root: '/home/me/work/.git/' }]), GIT);
    assert.equal(why('git/hooks/pre-commit', undefined, [{ name: 'git', root: '/home/me/work/.git' }, ...one]), GIT);
    assert.equal(why('src/a.ts', undefined, [{ name: 'x', root: '/home/me/.claude/worktrees/x' }]), undefined, 'not what the folder lies in');
    assert.equal(why('src/a.ts', undefined, [{ name: 'main', root: '/home/me/proj.git/main' }]), undefined, 'nor a bare repository with worktrees');
  });

  it('the same where a workspace file opens a folder that lies in a protected one', () => {
    assert.equal(why('pre-commit', undefined, [{ name: 'tools', root: '/home/me/work/.git/hooks' }]), GIT);
    assert.equal(why('tools/pre-commit', undefined, [...one, { name: 'tools', root: '/home/me/work/.git/hooks' }]), GIT);
    assert.equal(why('ci/ci.yml', undefined, [...one, { name: 'ci', root: '/home/me/work/.github/workflows' }]), CI);
    assert.equal(why('deep/a', undefined, [...one, { name: 'deep', root: '/home/me/work/sub/.git/modules/b/hooks' }]), GIT);
    assert.equal(why('settings.json', undefined, [{ name: 'User', root: '/home/me/.config/Code/User' }]), USER);
    assert.equal(why('User/settings.json', undefined, [{ name: 'Code', root: '/home/me/.config/Code' }]), USER);
  });
});

describe('What is not for a model', () => {
  it('is files of keys, by either name', () => {
    assert.ok(isSecret({ relative: 'a.md', real: '.env' }, one));
    assert.ok(isSecret({ relative: '.ENV.', real: 'a' }, one));
    assert.ok(isSecret({ relative: '.ssh/config', real: '.ssh/config' }, one));
    for (const path of ['.git/config', 'AGENTS.md', '.vscode/settings.json', 'src/a.ts']) assert.ok(!isSecret({ relative: path, real: path }, one), path);
  });

  it('is those that lie in what is protected for another reason, too', () => {
    for (const path of ['.vscode/.env', '.git/.env', '.git/credentials', 'bare.git/id_rsa', '.vscode/secrets/a', '.env.code-workspace']) assert.ok(isSecret({ relative: path, real: path }, one), path);
  });

  it('is what a file system may take for such a file', () => {
    for (const path of ['server.pem::$DATA', 'CREDEN~1', 'a/SSH~1/config', 'a/'.repeat(3_000)]) assert.ok(isSecret({ relative: path, real: path }, one), path.slice(0, 40));
  });
});

describe('A folded name', () => {
  it('takes time that grows with its length alone', () => {
    assert.equal(foldedName(`${'.'.repeat(200_000)}x`).length, 200_001);
    assert.equal(foldedName(`a${' .'.repeat(200_000)}`), 'a');
  });
});
