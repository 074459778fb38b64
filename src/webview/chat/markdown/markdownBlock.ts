import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import { codeBlock } from './codeBlock.ts';
import { linkTarget } from './linkTarget.ts';
import type { MarkdownNode } from './MarkdownDocument.ts';

export interface MarkdownContext {
  openFile: (path: string) => void;
}

type Content = unknown;
type Element = (content: Content, node: MarkdownNode, context: MarkdownContext) => TemplateResult;

function attribute({ token }: MarkdownNode, name: string): string {
  return String(token.attrGet(name) ?? '');
}

const caret = html`<span class="caret"></span>`;

function link(href: string, content: Content, context: MarkdownContext): TemplateResult {
  const target = linkTarget(href);
  if (target === undefined) return html`${content}`;
  if (target.kind === 'web') return html`<a href=${target.href} title=${target.href}>${content}</a>`;
  const { path } = target;
  const open = (event: Event): void => {
    // VS Code's own handler on the document would take it for an address.
    event.preventDefault();
    event.stopPropagation();
    context.openFile(path);
  };
  return html`<a href=${path} title=${path} @click=${open}>${content}</a>`;
}

function alignment(node: MarkdownNode): string {
  return /text-align:(left|center|right)/.exec(attribute(node, 'style'))?.[1] ?? 'left';
}

const elements: Readonly<Record<string, Element>> = {
  p: (content, { token }) => (token.hidden ? html`${content}` : html`<p>${content}</p>`),
  // The page's own headings are above: an answer begins at the third level.
  h1: (content) => html`<h3 class="h1">${content}</h3>`,
  h2: (content) => html`<h4 class="h2">${content}</h4>`,
  h3: (content) => html`<h5 class="h3">${content}</h5>`,
  h4: (content) => html`<h6 class="h3">${content}</h6>`,
  h5: (content) => html`<h6 class="h3">${content}</h6>`,
  h6: (content) => html`<h6 class="h3">${content}</h6>`,
  blockquote: (content) => html`<blockquote>${content}</blockquote>`,
  ul: (content) => html`<ul>${content}</ul>`,
  ol: (content, node) => html`<ol start=${attribute(node, 'start') || '1'}>${content}</ol>`,
  li: (content) => html`<li>${content}</li>`,
  table: (content) => html`<div class="table" tabindex="0" role="group" aria-label="Table"><table>${content}</table></div>`,
  thead: (content) => html`<thead>${content}</thead>`,
  tbody: (content) => html`<tbody>${content}</tbody>`,
  tr: (content) => html`<tr>${content}</tr>`,
  th: (content, node) => html`<th class="align-${alignment(node)}">${content}</th>`,
  td: (content, node) => html`<td class="align-${alignment(node)}">${content}</td>`,
  hr: () => html`<hr />`,
  br: () => html`<br />`,
  strong: (content) => html`<strong>${content}</strong>`,
  em: (content) => html`<em>${content}</em>`,
  s: (content) => html`<s>${content}</s>`,
  a: (content, node, context) => link(attribute(node, 'href'), content, context),
  // No picture is ever loaded: it could tell its server that somebody reads.
  img: (_content, node, context) => link(attribute(node, 'src'), node.token.content || 'Image', context),
};

/**
 * A block of an answer as elements. No HTML is ever made from text, and no style attribute, which
 * the page's policy forbids. With `tail` the caret stands at its end.
 */
export function markdownBlock(node: MarkdownNode, tail: boolean, context: MarkdownContext): unknown {
  const { token } = node;
  if (token.type === 'fence' || token.type === 'code_block') return codeBlock(token.info, token.content.replace(/\n$/, ''), tail);
  if (token.type === 'code_inline') return html`<code>${token.content}</code>`;
  if (token.type === 'softbreak') return '\n';
  const last = node.children.length - 1;
  const content = node.children.map((child, index) => markdownBlock(child, tail && token.type !== 'inline' && index === last, context));
  if (token.type === 'inline') return html`${content}${tail ? caret : nothing}`;
  const element = elements[token.tag];
  return element === undefined ? token.content : element(content, node, context);
}
