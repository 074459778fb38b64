import { existsSync, readFileSync } from 'node:fs';

/**
 * @typedef {object} Results Of one part of the tests.
 * @property {number} passed
 * @property {number} failed At least 1 where the part did not do what it is there for.
 * @property {number} skipped
 * @property {string} [problem] Why the part counts as failed though no test did.
 */

/**
 * A part that cannot run is a failure, and not silence.
 * @param {string} problem
 * @returns {Results}
 */
export function couldNotRun(problem) {
  return { passed: 0, failed: 1, skipped: 0, problem };
}

/**
 * What test/support/reporter.cjs wrote, checked against how the process ended.
 * @param {string} file
 * @param {number} exitCode
 * @returns {Results}
 */
export function readResults(file, exitCode) {
  if (!existsSync(file)) return couldNotRun(`It ended before its tests did, with exit code ${exitCode}.`);
  /** @type {unknown} */
  const parsed = JSON.parse(readFileSync(file, 'utf8'));
  const { passes, failures, pending } = /** @type {{ passes: number, failures: number, pending: number }} */ (parsed);
  const results = { passed: passes, failed: failures, skipped: pending };
  if (failures > 0) return results;
  if (passes === 0) return { ...results, failed: 1, problem: 'It ran no test.' };
  if (exitCode !== 0) return { ...results, failed: 1, problem: `Its tests passed, and it ended with exit code ${exitCode}.` };
  return results;
}

/** @param {Results} results */
export function describeResults({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * @param {Results[]} all
 * @returns {Results}
 */
export function addUp(all) {
  const sum = (/** @type {(results: Results) => number} */ pick) => all.reduce((total, results) => total + pick(results), 0);
  return { passed: sum((one) => one.passed), failed: sum((one) => one.failed), skipped: sum((one) => one.skipped) };
}

/** Skipped tests are not accepted. @param {Results} results */
export function areGreen({ failed, skipped }) {
  return failed === 0 && skipped === 0;
}
