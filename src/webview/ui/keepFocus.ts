/** What had the focus may go when the page is drawn; then `otherwise` gets it: who works by keyboard is never nowhere. */
export function keepFocus(root: Pick<Node, 'contains'>, draw: () => void, otherwise: () => void): void {
  const { activeElement } = document;
  const had = activeElement !== null && activeElement !== document.body && root.contains(activeElement);
  draw();
  if (had && (document.activeElement === null || document.activeElement === document.body)) otherwise();
}
