// Bundles the host, the webviews and the tests.
//   node esbuild.mjs [--production] [--watch] [--tests]
import * as esbuild from 'esbuild';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(fileURLToPath(import.meta.url));
const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const tests = process.argv.includes('--tests');

/** The host's bundles. Those after the first are loaded when first needed (docs/decisions/0003). */
const hostEntries = {
  extension: 'src/extension.ts',
  runtime: 'src/runtime.ts',
  openai: 'src/llm/OpenAiStream.ts',
};

/**
 * A dynamic import of another host bundle stays an import of that bundle.
 * @type {esbuild.Plugin}
 */
const lazyBundles = {
  name: 'lazy-bundles',
  setup(build) {
    build.onResolve({ filter: /^\./ }, (args) => {
      if (args.kind !== 'dynamic-import') return undefined;
      const target = path.relative(root, path.resolve(args.resolveDir, args.path)).split(path.sep).join('/');
      const bundle = Object.entries(hostEntries).find(([, entry]) => entry === target)?.[0];
      return bundle === undefined ? undefined : { path: `./${bundle}.js`, external: true };
    });
  },
};

/**
 * Prints what VS Code's problem matcher for `npm run watch` reads.
 * @type {esbuild.Plugin}
 */
const problemMatcher = {
  name: 'problem-matcher',
  setup(build) {
    build.onStart(() => console.log('[watch] build started'));
    build.onEnd((result) => {
      for (const { text, location } of result.errors) {
        console.error(`✘ [ERROR] ${text}`);
        if (location !== null) console.error(`    ${location.file}:${location.line}:${location.column}:`);
      }
      console.log('[watch] build finished');
    });
  },
};

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  minify: production,
  sourcemap: !production,
  metafile: true,
  legalComments: 'none',
  logLevel: watch ? 'silent' : 'warning',
  // what agents are told
  loader: { '.md': 'text' },
  plugins: watch ? [problemMatcher] : [],
};

/** @type {esbuild.BuildOptions} */
const host = {
  ...common,
  entryPoints: hostEntries,
  outdir: 'dist',
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  external: ['vscode'],
  // import() becomes require(): a bundle loads at once and in VS Code's own module loader
  supported: { 'dynamic-import': false },
  mainFields: ['module', 'main'],
  plugins: [lazyBundles, ...(common.plugins ?? [])],
};

/** @type {esbuild.BuildOptions} */
const webview = {
  ...common,
  entryPoints: { chat: 'src/webview/chat/main.ts', approval: 'src/webview/approval/main.ts', style: 'src/webview/style.css' },
  outdir: 'dist/webview',
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  external: ['*.ttf'],
};

/** @type {esbuild.BuildOptions} */
const testBundles = {
  ...common,
  entryPoints: existsSync(path.join(root, 'test'))
    ? readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.(test|bench|coverage)\.ts$/.test(file) || [path.join('extension', 'index.ts'), path.join('crash', 'child.ts')].includes(file))
        .map((file) => `test/${file}`)
    : [],
  outbase: 'test',
  outdir: 'out/test',
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  packages: 'external',
  external: ['vscode'],
  minify: false,
  sourcemap: 'inline',
  define: { 'import.meta.dirname': '__dirname' },
};

/**
 * The licences of everything that is bundled, as they ask for.
 * @param {(esbuild.Metafile | undefined)[]} metafiles
 */
function writeLicences(metafiles) {
  const packages = new Set(['node_modules/@vscode/codicons']);
  for (const input of metafiles.flatMap((metafile) => Object.keys(metafile?.inputs ?? {}))) {
    const match = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input);
    if (match !== null) packages.add(match[0]);
  }
  const parts = [...packages].sort().map((folder) => {
    /** @type {unknown} */
    const json = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
    const manifest = /** @type {{ name: string, version: string, license: string }} */ (json);
    const texts = readdirSync(path.join(root, folder)).filter((file) => /^licen[cs]e/i.test(file));
    return [`${manifest.name} ${manifest.version} (${manifest.license})`, ...texts.map((file) => readFileSync(path.join(root, folder, file), 'utf8').trim())].join('\n\n');
  });
  writeFileSync(path.join(root, 'dist/THIRD-PARTY-LICENSES.txt'), parts.join(`\n\n${'-'.repeat(72)}\n\n`) + '\n');
}

/** One character beyond ASCII, which esbuild leaves in a regular expression, makes V8 keep the whole source in two bytes a character. */
function assertAscii() {
  for (const bundle of Object.keys(hostEntries)) {
    const at = readFileSync(path.join(root, 'dist', `${bundle}.js`)).findIndex((byte) => byte > 127);
    if (at >= 0) throw new Error(`dist/${bundle}.js is not ASCII at byte ${at}: escape the character in its source, so that the bundle takes half the memory.`);
  }
}

function copyCodicons() {
  mkdirSync(path.join(root, 'dist/webview'), { recursive: true });
  for (const file of ['codicon.css', 'codicon.ttf'])
    copyFileSync(path.join(root, 'node_modules/@vscode/codicons/dist', file), path.join(root, 'dist/webview', file));
}

if (watch) {
  copyCodicons();
  for (const options of [host, webview]) await (await esbuild.context(options)).watch();
} else {
  rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  const built = await Promise.all([esbuild.build(host), esbuild.build(webview)]);
  if (tests) {
    rmSync(path.join(root, 'out'), { recursive: true, force: true });
    await esbuild.build(testBundles);
  }
  if (production) assertAscii();
  copyCodicons();
  writeLicences(built.map((result) => result.metafile));
}
