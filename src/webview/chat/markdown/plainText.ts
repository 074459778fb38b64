import { languageName } from './codeBlock.ts';
import { MarkdownDocument } from './MarkdownDocument.ts';
import type { MarkdownNode } from './MarkdownDocument.ts';

function textOf({ token, children }: MarkdownNode): string {
  if (token.type === 'fence' || token.type === 'code_block') return `Code block, ${languageName(token.info)}.`;
  if (children.length === 0) return token.type === 'softbreak' || token.type === 'hardbreak' ? ' ' : token.content;
  return children.map(textOf).join(token.type === 'inline' || !token.block ? '' : ' ');
}

/** An answer as a screen reader says it: without marks, and with the name of code in its place. */
export function plainText(markdown: string): string {
  return new MarkdownDocument()
    .update(markdown, true)
    .map(({ node }) => textOf(node))
    .join('\n');
}
