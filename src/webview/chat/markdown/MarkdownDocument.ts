import MarkdownIt from 'markdown-it';
import type { Env, Token } from 'markdown-it';
import { linkTarget } from './linkTarget.ts';

export interface MarkdownNode {
  token: Token;
  children: MarkdownNode[];
}

/** A top-level block. While its text is the same, it stays the same object. */
export interface MarkdownBlock {
  source: string;
  node: MarkdownNode;
}

interface PlacedBlock extends MarkdownBlock {
  /** Where it begins, in characters of the parsed text. */
  start: number;
  /** Whether a blank line stands before it: no text can join it with the block above any more. */
  apart: boolean;
}

const parser = new MarkdownIt({ html: false, linkify: true });
// Only what names its scheme: "README.md" and "build.sh" are files here, not domains.
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
parser.validateLink = (href) => linkTarget(href) !== undefined;

function tree(tokens: readonly Token[]): MarkdownNode[] {
  const roots: MarkdownNode[] = [];
  const open: MarkdownNode[] = [];
  for (const token of tokens) {
    if (token.nesting === -1) {
      open.pop();
      continue;
    }
    const node: MarkdownNode = { token, children: token.type === 'inline' ? tree(token.children ?? []) : [] };
    (open.at(-1)?.children ?? roots).push(node);
    if (token.nesting === 1) open.push(node);
  }
  return roots;
}

function lineStarts(text: string): number[] {
  return [0, ...Array.from(text.matchAll(/\r\n?|\n/g), (match) => match.index + match[0].length)];
}

function parse(text: string, env: Env): PlacedBlock[] {
  const lines = lineStarts(text);
  const roots = tree(parser.parse(text, env));
  const lineOf = (index: number): number => roots[index]?.token.map?.[0] ?? lines.length;
  return roots.map((node, index) => {
    const line = lineOf(index);
    const start = lines[line] ?? text.length;
    return { node, start, source: text.slice(start, lines[lineOf(index + 1)]), apart: text.slice(lines[line - 1] ?? start, start).trim() === '' };
  });
}

/**
 * The blocks of a Markdown text that grows at its end. Only its last blocks are parsed again: what
 * stands two blocks before the end, and apart from it by a blank line, is settled.
 */
export class MarkdownDocument {
  #text = '';
  #settled: MarkdownBlock[] = [];
  #settledLength = 0;
  #rest: MarkdownBlock[] = [];
  #env: Env = {};

  /** With `whole`, everything is parsed again, so that a link finds its definition further down. */
  update(text: string, whole: boolean): readonly MarkdownBlock[] {
    const before = [...this.#settled, ...this.#rest];
    if (whole || !text.startsWith(this.#text)) this.#reset();
    this.#text = text;
    const offset = this.#settledLength;
    const parsed = parse(text.slice(offset), this.#env);
    const kept = before.slice(this.#settled.length);
    const reusable = Object.keys(this.#env.references ?? {}).length === 0;
    this.#rest = parsed.map((block, index) => {
      const old = kept[index];
      return reusable && old?.source === block.source ? old : block;
    });
    this.#settle(parsed, offset);
    return [...this.#settled, ...this.#rest];
  }

  #reset(): void {
    this.#settled = [];
    this.#settledLength = 0;
    this.#env = {};
  }

  #settle(parsed: readonly PlacedBlock[], offset: number): void {
    let count = parsed.length - 2;
    while (count > 0 && parsed[count]?.apart === false) count--;
    const next = parsed[count];
    if (count <= 0 || next === undefined) return;
    this.#settled.push(...this.#rest.slice(0, count));
    this.#rest = this.#rest.slice(count);
    this.#settledLength = offset + next.start;
  }
}
