// Mocha's own report, and the counts for scripts/test.mjs in the file that AGENT_RUNTIME_RESULTS names.
const fs = require('node:fs');
const mocha = require('mocha');

// the tests are bundled: a failure names the line that was written (it is too late for this later)
process.setSourceMapsEnabled(true);

class Reporter extends mocha.reporters.Spec {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    const file = process.env['AGENT_RUNTIME_RESULTS'];
    if (file === undefined) return;
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      fs.writeFileSync(file, JSON.stringify({ passes, failures, pending }));
    });
  }
}

module.exports = Reporter;
