import type { DraftStore } from '../../src/core/ports/DraftStore.ts';

/** Drafts in memory that can refuse to be saved. */
export class MemoryDrafts implements DraftStore {
  readonly texts = new Map<string, string>();
  saves = 0;
  refuses = false;

  draft(key: string): string {
    return this.texts.get(key) ?? '';
  }

  saveDraft(key: string, text: string): void {
    if (this.refuses) throw new Error('The disk is full.');
    this.saves += 1;
    if (text === '') this.texts.delete(key);
    else this.texts.set(key, text);
  }
}
