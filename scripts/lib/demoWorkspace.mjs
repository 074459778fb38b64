import fs from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../test/support/vscode-host/hostFolder.mjs';

/** A small project to have a first conversation about. It has no packages: `npm test` works at once. */
const FILES = {
  'README.md': `# Greenhouse

Reads a day's temperatures from a file and says how the greenhouse was.

    node src/main.js readings.csv
    npm test

A line of the file is a time and degrees Celsius: \`06:30,11.4\`.
`,
  'package.json': `{
  "name": "greenhouse",
  "version": "1.0.0",
  "private": true,
  "type": "module",
  "scripts": {
    "test": "node --test"
  }
}
`,
  'readings.csv': `06:30,11.4
09:00,17.9
12:00,26.2
15:00,31.8
18:00,24.5
21:00,16.0
`,
  'src/readings.js': `/** Turns lines like "06:30,11.4" into readings. Lines that say nothing are left out. */
export function parseReadings(text) {
  return text
    .split('\\n')
    .map((line) => line.split(','))
    .filter(([time, degrees]) => time && degrees)
    .map(([time, degrees]) => ({ time, degrees: Number(degrees) }));
}
`,
  'src/summary.js': `const TOO_HOT = 30;

/** The lowest, highest and mean temperature of a day, and when it was too hot. */
export function summarize(readings) {
  const degrees = readings.map((reading) => reading.degrees);
  return {
    lowest: Math.min(...degrees),
    highest: Math.max(...degrees),
    mean: degrees.reduce((sum, value) => sum + value, 0) / degrees.length,
    tooHotAt: readings.filter((reading) => reading.degrees > TOO_HOT).map((reading) => reading.time),
  };
}
`,
  'src/main.js': `import { readFileSync } from 'node:fs';
import { parseReadings } from './readings.js';
import { summarize } from './summary.js';

const { lowest, highest, mean, tooHotAt } = summarize(parseReadings(readFileSync(process.argv[2], 'utf8')));
console.log(\`\${lowest} to \${highest} degrees, \${mean.toFixed(1)} on average\`);
if (tooHotAt.length > 0) console.log(\`Too hot at \${tooHotAt.join(', ')}\`);
`,
  'test/summary.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseReadings } from '../src/readings.js';
import { summarize } from '../src/summary.js';

test('a day is summarized', () => {
  const summary = summarize(parseReadings('06:30,10\\n12:00,32\\n'));
  assert.deepEqual(summary, { lowest: 10, highest: 32, mean: 21, tooHotAt: ['12:00'] });
});
`,
};

/**
 * The folder that \`npm start\` opens. It is made once; from then on it is the person's.
 * @returns {{ folder: string, isNew: boolean }}
 */
export function demoWorkspace() {
  const folder = path.join(cacheFolder(), 'demo-workspace');
  if (fs.existsSync(folder)) return { folder, isNew: false };
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  const made = fs.mkdtempSync(path.join(path.dirname(folder), '.demo-'));
  for (const [name, text] of Object.entries(FILES)) {
    fs.mkdirSync(path.join(made, path.dirname(name)), { recursive: true });
    fs.writeFileSync(path.join(made, name), text);
  }
  fs.renameSync(made, folder);
  return { folder, isNew: true };
}
