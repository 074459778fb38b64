/** What is known of an editor tab that shows one of our pages. */
export interface PageTab {
  label: string;
  viewColumn: number | undefined;
  /** Whether it is the one that its column shows. */
  shown: boolean;
}

/** A chat that a host which ended had in a tab, in whichever window. */
export interface LeftOverChat {
  title: string;
  viewColumn: number;
}

/** The tabs that are none of this host's, as far as VS Code tells tabs apart. */
export function unknownTabs<T extends PageTab>(tabs: readonly T[], known: readonly PageTab[]): T[] {
  const others = [...tabs];
  for (const mine of known) {
    const index = nearest(others, mine);
    if (index !== -1) others.splice(index, 1);
  }
  return others;
}

/**
 * Whether hosts that said goodbye left tabs that hear nobody, rather than VS Code having been reloaded: then it has
 * brought back by now every tab that is seen, and brings back the others when they are looked at.
 */
export function goodbyeLeftDeadTabs(unknown: readonly PageTab[]): boolean {
  return unknown.some(({ shown }) => shown);
}

/**
 * Which tab showed which chat: by its title, and by its column where titles are alike. Chats that no tab here
 * showed stood in another window.
 */
export function matchTabs<T extends PageTab, C extends LeftOverChat>(unknown: readonly T[], chats: readonly C[]): { tab: T; chat: C }[] {
  const left = [...chats];
  const found: { tab: T; chat: C }[] = [];
  const take = (tab: T, fits: (chat: C) => boolean): boolean => {
    const index = left.findIndex((chat) => chat.title === tab.label && fits(chat));
    const [chat] = index === -1 ? [] : left.splice(index, 1);
    if (chat !== undefined) found.push({ tab, chat });
    return chat !== undefined;
  };
  const elsewhere = unknown.filter((tab) => !take(tab, ({ viewColumn }) => viewColumn === tab.viewColumn));
  for (const tab of elsewhere) take(tab, () => true);
  return found;
}

/** A new tab stands behind those that were there: the last one that fits. */
function nearest(tabs: readonly PageTab[], { label, viewColumn, shown }: PageTab): number {
  const sameTab = (tab: PageTab): boolean => tab.label === label && tab.viewColumn === viewColumn;
  const exact = tabs.findLastIndex((tab) => sameTab(tab) && tab.shown === shown);
  return exact === -1 ? tabs.findLastIndex(sameTab) : exact;
}
