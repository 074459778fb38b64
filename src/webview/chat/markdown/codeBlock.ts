import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import { copyButton } from '../../ui/copyButton.ts';

const names: Readonly<Record<string, string>> = {
  bash: 'Shell',
  c: 'C',
  cpp: 'C++',
  cs: 'C#',
  csharp: 'C#',
  css: 'CSS',
  diff: 'Diff',
  go: 'Go',
  html: 'HTML',
  java: 'Java',
  javascript: 'JavaScript',
  js: 'JavaScript',
  json: 'JSON',
  jsonc: 'JSON',
  jsx: 'JSX',
  markdown: 'Markdown',
  md: 'Markdown',
  py: 'Python',
  python: 'Python',
  rs: 'Rust',
  rust: 'Rust',
  sh: 'Shell',
  shell: 'Shell',
  sql: 'SQL',
  ts: 'TypeScript',
  tsx: 'TSX',
  typescript: 'TypeScript',
  xml: 'XML',
  yaml: 'YAML',
  yml: 'YAML',
};

/** The name of a code block's language; `info` is what stands behind the fence. */
export function languageName(info: string): string {
  const word = info.trim().split(/\s/, 1)[0] ?? '';
  return names[word.toLowerCase()] ?? (word === '' ? 'Text' : word);
}

/** Code with its language and a button that copies it. Long lines scroll inside. */
export function codeBlock(info: string, text: string, caret: boolean): TemplateResult {
  const language = languageName(info);
  return html`<div class="code">
    <header><span class="grow ell">${language}</span>${copyButton('Copy', () => text)}</header>
    <pre tabindex="0" role="group" aria-label="Code, ${language}"><code>${text}</code>${caret ? html`<span class="caret"></span>` : nothing}</pre>
  </div>`;
}
