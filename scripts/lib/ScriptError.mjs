/**
 * Something that the person can do something about: the message says what happened, to what, and
 * what to do. It is shown without a stack.
 */
export class ScriptError extends Error {
  /**
   * @param {'node' | 'npm' | 'command' | 'vscode' | 'chromium' | 'package' | 'usage' | 'running'} code
   * @param {string} message
   * @param {ErrorOptions} options
   */
  constructor(code, message, options = {}) {
    super(message, options);
    this.code = code;
  }
}
