import picomatch from 'picomatch';
import type { PolicyRule } from '../../protocol/policy.ts';
import type { WorkspaceFolder } from '../ports/Workspace.ts';
import { withoutFolderName } from '../tools/ide/workspacePath.ts';
import { foldedName, type JudgedPath } from './protectedFiles.ts';

/** What rules are held against. */
export interface JudgedCall {
  tool: string;
  agent: string;
  paths: readonly JudgedPath[];
  /** Of a call that runs one. */
  command?: string | undefined;
}

/** A call as rules see it: what is the same for all of them is made once. */
export interface RuledCall extends JudgedCall {
  /** Every file by both its names. */
  names: readonly string[];
  /** The same, and as forgiving file systems compare them, with and without the folder's name. */
  aliases: readonly string[];
  /** The parts that a command may consist of, the whole among them. */
  commands: readonly string[];
}

/** What separates commands, or makes one of another's output: a text with any of these is more than the one command that it begins with. */
const MANY = /[;&|<>`\n\r(){}]|\$[({'"]/;
/** In front of these, and within quotes, another command may begin. */
const PARTS = /[;&|<>`\n\r(){}'"]/;
/** Characters of the longest path that is held against a glob. No file system takes a longer one. */
const PATH_LENGTH = 4_096;

export function ruledCall(call: JudgedCall, folders: readonly WorkspaceFolder[]): RuledCall {
  const names = call.paths.flatMap(({ relative, real }) => (real === relative ? [relative] : [relative, real]));
  const inFolders = names.map((name) => withoutFolderName(folders, name));
  const spellings = [...names, ...inFolders, ...names.flatMap((name) => absolute(name, folders))];
  const aliases = [...new Set([...spellings, ...spellings.map(foldedName)])];
  const { command } = call;
  return { ...call, names, aliases, commands: command === undefined ? [] : [command, ...command.split(PARTS)].map(folded) };
}

/**
 * Whether a rule is about a call. What loosens must fit exactly: `allow` needs every file by both its names and by its case, and a command without
 * anything behind it. What tightens fits where anything does: one file by any of its names, whatever the case, or one part of a command.
 */
export class RuleMatcher {
  readonly rule: PolicyRule;
  readonly #allows: boolean;
  readonly #expires: number;
  readonly #tool: (text: string) => boolean;
  readonly #agent: ((text: string) => boolean) | undefined;
  #path: ((path: string) => boolean) | undefined;
  readonly #command: ((text: string) => boolean) | undefined;

  constructor(rule: PolicyRule) {
    this.rule = rule;
    this.#allows = rule.effect === 'allow';
    this.#expires = rule.expires === undefined ? Infinity : Date.parse(rule.expires);
    this.#tool = wildcards(rule.tool);
    this.#agent = rule.agent === undefined ? undefined : wildcards(rule.agent);
    this.#command = rule.command === undefined ? undefined : wildcards(this.#allows ? rule.command : folded(rule.command), { escapes: this.#allows });
  }

  /** `now`: milliseconds since 1970. */
  matches(call: RuledCall, now: number): boolean {
    if (now >= this.#expires || !this.#tool(call.tool)) return false;
    return (this.#agent?.(call.agent) ?? true) && this.#matchesPaths(call) && this.#matchesCommand(call);
  }

  #matchesPaths({ names, aliases }: RuledCall): boolean {
    const { path } = this.rule;
    if (path === undefined) return true;
    // when a call of its tool and agent comes: globs are slow to make
    const matches = (this.#path ??= this.#allows ? this.#glob(path) : this.#anySpelling(path));
    return this.#allows ? names.length > 0 && names.every(matches) : aliases.some(matches);
  }

  #matchesCommand({ command, commands }: RuledCall): boolean {
    const matches = this.#command;
    if (matches === undefined) return true;
    if (command === undefined) return false;
    if (this.#allows) return command === this.rule.command || (!MANY.test(command) && matches(command.trim()));
    return commands.some(matches);
  }

  /** On Windows people write "private\\**", and a name with an accent is kept in one of two ways. */
  #anySpelling(path: string): (path: string) => boolean {
    const globs = [...new Set([path, path.replaceAll('\\', '/'), path.normalize('NFKC')])].map((spelling) => this.#glob(spelling));
    return (name) => globs.some((matches) => matches(name));
  }

  #glob(path: string): (path: string) => boolean {
    const allows = this.#allows;
    // "./src" is how people write what the path "src" names; "/src", "src/" and what is in "src" only where that tightens
    const glob = path.replace(allows ? /^\.\/+/ : /^\.?\/+/, '');
    const written = glob === '' ? '.' : glob;
    // picomatch has no way to write a backslash before a dot
    const literal = allows && /^(?:\\.|[^\\*?[\]{}()|"])*$/s.test(written) ? written.replace(/\\(.)/gs, '$1') : undefined;
    if (literal !== undefined) return (name) => name === literal;
    const named = /^[^*?[\]{}()!+@|]*$/.test(written) && written !== '.' ? written.replace(/\/+$/, '') : undefined;
    const whole = picomatch(allows || named === undefined ? written : [named, `${named}/**`], { dot: true, windows: false, nocase: !allows, nonegate: true });
    const all = /^\*\*(\/\*+)?$/.test(written);
    return (name) => (name.length > PATH_LENGTH ? !allows : (all && name === '.') || whole(name));
  }
}

/** The glob of an `allow` that matches this path and no other. */
export function literalPath(path: string): string {
  return path.replace(/[\\*?[\]{}()|"]/g, '\\$&');
}

/** The command of an `allow` that matches this command and no other. */
export function literalCommand(command: string): string {
  return /\*|\\\\/.test(command) ? command.replace(/[\\*]/g, '\\$&') : command;
}

/** As people write it who copy a path: without its first slash, as globs lose theirs. */
function absolute(name: string, folders: readonly WorkspaceFolder[]): string[] {
  const folder = folders.length === 1 ? folders[0] : folders.find((one) => name === one.name || name.startsWith(`${one.name}/`));
  return folder === undefined ? [] : [`${folder.root.replaceAll('\\', '/').replace(/^\/+/, '')}/${withoutFolderName(folders, name)}`];
}

/** A command as one that is only written in another way. */
function folded(command: string): string {
  return command.replace(/\s+/g, ' ').trim().toLowerCase();
}

/** The whole of a text; `*` stands for any characters, with `escapes` `\*` and `\\` for `*` and `\`. In time that grows with the text alone. */
function wildcards(pattern: string, { escapes }: { escapes: boolean } = { escapes: false }): (text: string) => boolean {
  const pieces = [''];
  for (const [token] of pattern.matchAll(escapes ? /\\[\\*]|\*+|[^\\*]+|\\/g : /\*+|[^*]+/g)) {
    if (token.startsWith('*')) pieces.push('');
    else pieces.push((pieces.pop() ?? '') + (escapes ? token.replace(/^\\(?=[\\*])/, '') : token));
  }
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return at <= text.length - last.length;
  };
}
