import { guard } from 'lit-html/directives/guard.js';
import { repeat } from 'lit-html/directives/repeat.js';
import type { AnswerItem, ChatItem, ContextCutItem, ReasoningItem, RetryItem, ToolItem } from '../../protocol/webview.ts';
import type { ChatContext } from './ChatContext.ts';
import { answerItem } from './items/answerItem.ts';
import { contextCutItem } from './items/contextCutItem.ts';
import { problemItem } from './items/problemItem.ts';
import { questionItem } from './items/questionItem.ts';
import { reasoningItem } from './items/reasoningItem.ts';
import { retryItem } from './items/retryItem.ts';
import { routeItem } from './items/routeItem.ts';
import { opensByItself, toolItem } from './items/toolItem.ts';
import { turnEndItem } from './items/turnEndItem.ts';
import { userItem } from './items/userItem.ts';
import { MarkdownDocument } from './markdown/MarkdownDocument.ts';

const keyOf = ({ kind, id }: ChatItem): string => `${kind}:${id}`;

/** The items as they are drawn: what was read of an answer, and which rows a person has folded. */
export class TranscriptView {
  readonly #documents = new Map<string, MarkdownDocument>();
  /** Rows that a person has folded or unfolded. */
  readonly #folds = new Map<string, boolean>();

  fold(id: string, open: boolean): void {
    this.#folds.set(id, open);
  }

  /** Forgets what belongs to items that are not there any more. */
  keepOnly(items: readonly ChatItem[]): void {
    const ids = new Set(items.map((item) => item.id));
    for (const id of this.#documents.keys()) if (!ids.has(id)) this.#documents.delete(id);
  }

  template(items: readonly ChatItem[], context: ChatContext): unknown {
    let answer: AnswerItem | undefined;
    const answers = items.map((item) => {
      if (item.kind === 'answer') answer = item;
      if (item.kind === 'user') answer = undefined;
      return answer;
    });
    const asks = items.some((item) => item.kind === 'tool' && item.state === 'waiting');
    return repeat(items, keyOf, (item, index) => this.#item(item, answers[index], asks, context));
  }

  /** Drawn again only when the item, or what it is drawn with, is another one. */
  #item(item: ChatItem, answer: AnswerItem | undefined, asks: boolean, context: ChatContext): unknown {
    switch (item.kind) {
      case 'user':
        return guard([item], () => userItem(item));
      case 'route':
        return guard([item], () => routeItem(item));
      case 'answer':
        return guard([item], () => answerItem(item, this.#document(item.id), context));
      case 'reasoning':
      case 'retry':
      case 'contextCut':
        return this.#modelRow(item, context);
      case 'tool':
        return this.#toolRow(item, asks, context);
      case 'question':
        return guard([item, context.here, context.elsewhere, context.answerable], () => questionItem(item, context));
      case 'problem':
        return guard([item, context.here, context.undoable, context.undoing], () => problemItem(item, context));
      case 'turnEnd':
        return guard([item, answer, context.undoable, context.undoing], () => turnEndItem(item, answer, context));
    }
  }

  #toolRow(item: ToolItem, asks: boolean, context: ChatContext): unknown {
    const open = this.#folds.get(item.id) ?? opensByItself(item);
    const card = item.state === 'waiting' ? JSON.stringify(context.card(item)) : '';
    // what comes after a question has not begun
    const held = asks && item.state === 'requested' && item.decision === undefined;
    return guard([item, open, held, card, context.here, context.elsewhere, context.lost], () => toolItem(item, { open, held }, context));
  }

  #modelRow(item: ReasoningItem | RetryItem | ContextCutItem, context: ChatContext): unknown {
    if (item.kind === 'contextCut') return guard([item], () => contextCutItem(item));
    if (item.kind === 'retry') {
      const left = item.state === 'waiting' ? context.secondsToRetry(item) : 0;
      return guard([item, left, context.here], () => retryItem(item, left, context));
    }
    const open = this.#folds.get(item.id) ?? false;
    // folded, it is the same however long it gets
    return guard([item.id, item.state, open, open ? item.text : ''], () => reasoningItem(item, open, context));
  }

  #document(id: string): MarkdownDocument {
    const known = this.#documents.get(id);
    if (known !== undefined) return known;
    const document = new MarkdownDocument();
    this.#documents.set(id, document);
    return document;
  }
}
