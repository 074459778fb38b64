const LOG_WRITER_IS_MISSING = /^Error: Could not locate the bindings file[\s\S]*?^\}\n/gm;

/**
 * Where the machine had no compiler for VS Code's log writer (install.mjs), VS Code says so with a
 * stack of fifty lines for every log that it would have written.
 * @param {string} text
 */
export function withoutLogWriterNoise(text) {
  return text.replace(LOG_WRITER_IS_MISSING, '');
}
