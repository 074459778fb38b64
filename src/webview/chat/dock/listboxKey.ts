/** What a key does in an open listbox. */
export type ListboxStep = { active: number } | 'take' | 'takeAndLeave' | 'close';

/** `undefined` for a key that is not the listbox's. */
export function listboxKey(key: string, { active, count }: { active: number; count: number }): ListboxStep | undefined {
  switch (key) {
    case 'ArrowDown':
      return { active: Math.min(active + 1, count - 1) };
    case 'ArrowUp':
      return { active: Math.max(active - 1, 0) };
    case 'Home':
      return { active: 0 };
    case 'End':
      return { active: count - 1 };
    case 'Enter':
    case ' ':
      return 'take';
    case 'Tab':
      return 'takeAndLeave';
    case 'Escape':
      return 'close';
    default:
      return undefined;
  }
}
