/**
 * @param {string} text
 * @param {number} count
 */
export function lastLines(text, count = 15) {
  return text
    .trimEnd()
    .split('\n')
    .slice(-count)
    .map((line) => `  ${line}`)
    .join('\n');
}
