import type { CardPlace } from './Cards.ts';

/** A pixel that is cut off by rounding is none. */
const SLACK = 1;

/** The card of a call that waits, where it is drawn. */
export function findCard(root: ParentNode, approvalId: string): HTMLElement | undefined {
  return [...root.querySelectorAll<HTMLElement>('.tool.ask[data-approval]')].find(({ dataset }) => dataset['approval'] === approvalId);
}

/** Where it stands in the part of the transcript that is seen. */
export function cardPlace(root: ParentNode, approvalId: string): CardPlace | undefined {
  const card = findCard(root, approvalId);
  const log = card?.closest('.log')?.getBoundingClientRect();
  const button = card?.querySelector('.approve')?.getBoundingClientRect();
  if (card === undefined || log === undefined || button === undefined) return undefined;
  const { top, bottom, height } = card.getBoundingClientRect();
  return {
    at: [top, bottom, button.left, button.top].map(Math.round).join(' '),
    top: top >= log.top - SLACK && top < log.bottom,
    bottom: bottom <= log.bottom + SLACK && bottom > log.top,
    fits: height <= log.height,
  };
}
