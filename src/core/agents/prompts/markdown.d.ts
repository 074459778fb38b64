/** esbuild bundles Markdown files as their text. */
declare module '*.md' {
  const text: string;
  export { text as default };
}
