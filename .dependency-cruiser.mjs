/**
 * The import table of docs/architecture.md. A room may import only what its row names.
 * @param {string} room
 * @param {string} from
 * @param {string[]} allowed
 * @returns {import('dependency-cruiser').IForbiddenRuleType}
 */
const room = (room, from, allowed) => ({
  name: `${room}-imports`,
  comment: `See the import table in docs/architecture.md: ${room}.`,
  severity: 'error',
  from: { path: from },
  to: { pathNot: allowed },
});

const npm = (/** @type {string[]} */ ...names) => names.map((name) => `^node_modules/${name}/`);
const node = (/** @type {string[]} */ ...names) => names.map((name) => `^(node:)?${name}$`);

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    // node:sqlite: known to the extension host's Node, not to every Node that runs this check
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: ['^vscode$', '^node:sqlite$'] } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^src', pathNot: '\\.d\\.ts$' }, to: {} },
    {
      name: 'vscode-only-in-its-room',
      severity: 'error',
      from: { path: '^src', pathNot: ['^src/vscode/', '^src/(extension|runtime)\\.ts$'] },
      to: { path: '^vscode$' },
    },
    room('protocol', '^src/protocol/', ['^src/protocol/', ...npm('zod')]),
    room('text', '^src/text/', ['^src/text/']),
    room('core', '^src/core/', ['^src/(core|protocol|text)/', ...npm('zod', 'eventemitter3', 'diff', 'picomatch', '@types/picomatch', 'jsep', 'p-map'), ...node('crypto', 'path')]),
    room('llm', '^src/llm/', ['^src/(llm|core|protocol)/', ...npm('openai', 'eventsource-parser'), ...node('crypto', 'http', 'https', 'stream', 'tls')]),
    room('storage', '^src/storage/', ['^src/(storage|core|protocol)/', ...npm('zod'), ...node('node:sqlite', 'sqlite', 'crypto', 'fs', 'path')]),
    room('vscode', '^src/vscode/', ['^src/(vscode|core|protocol|text)/', '^vscode$', ...npm('zod'), ...node('crypto', 'fs/promises', 'node:os', 'os', 'path')]),
    room('webview', '^src/webview/', ['^src/webview/', '^src/(protocol|text)/', ...npm('lit-html', 'markdown-it')]),
    {
      name: 'webview-takes-only-types-of-the-protocol',
      severity: 'error',
      from: { path: '^src/webview/' },
      to: { path: '^src/', pathNot: '^src/(webview|text)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nobody-imports-the-composition-root',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/extension\\.ts$' },
      to: { path: '^src/(extension|runtime)\\.ts$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.cjs', '.js'], exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
