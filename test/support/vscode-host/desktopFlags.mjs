import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Flags that take the next argument where they have no "=". */
const VALUED = new Set([
  'extensionDevelopmentPath',
  'extensionTestsPath',
  'extensionDevelopmentKind',
  'user-data-dir',
  'extensions-dir',
  'enable-proposed-api',
  'disable-extension',
  'install-extension',
  'uninstall-extension',
  'profile',
  'locale',
  'log',
  'folder-uri',
  'file-uri',
  'inspect-extensions',
  'inspect-brk-extensions',
  'crash-reporter-directory',
  'shared-data-dir',
  'password-store',
  'logsPath',
]);

/** Desktop VS Code's command line. A flag without a value has the value "". */
export class DesktopFlags {
  /** @type {string[]} */
  paths = [];
  /** @type {Map<string, string[]>} */
  #values = new Map();

  /** @param {string[]} argv */
  constructor(argv) {
    for (let index = 0; index < argv.length; index++) {
      const argument = String(argv[index]);
      const flag = /^--([^=]+)(?:=([\s\S]*))?$/.exec(argument);
      if (flag === null) {
        this.#takeShort(argument);
        continue;
      }
      const name = String(flag[1]);
      const next = argv[index + 1];
      const takesNext = flag[2] === undefined && VALUED.has(name) && next !== undefined && !next.startsWith('--');
      if (takesNext) index++;
      this.#put(name, takesNext ? next : (flag[2] ?? ''));
    }
  }

  /** @param {string} name */
  has(name) {
    return this.#values.has(name);
  }

  /** @param {string} name */
  all(name) {
    return (this.#values.get(name) ?? []).filter((value) => value !== '');
  }

  /** @param {string} name */
  last(name) {
    return this.all(name).at(-1);
  }

  /** @param {string} argument */
  #takeShort(argument) {
    if (!argument.startsWith('-')) this.paths.push(argument);
    else if (argument === '-v') this.#put('version', '');
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #put(name, value) {
    this.#values.set(name, [...(this.#values.get(name) ?? []), value]);
  }
}

/** @param {string} pathOrUri */
export function toPath(pathOrUri) {
  return path.resolve(pathOrUri.startsWith('file://') ? fileURLToPath(pathOrUri) : pathOrUri);
}
