const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** When something was, as one says it: "now", "5 min ago", "3 h ago", "yesterday", then the date. */
export function age(time: Date, now: Date): string {
  const elapsed = now.getTime() - time.getTime();
  if (elapsed < MINUTE) return 'now';
  if (elapsed < HOUR) return `${Math.floor(elapsed / MINUTE)} min ago`;
  if (elapsed < DAY && time.getDate() === now.getDate()) return `${Math.floor(elapsed / HOUR)} h ago`;
  if (new Date(now.getTime() - DAY).toDateString() === time.toDateString()) return 'yesterday';
  const sameYear = time.getFullYear() === now.getFullYear();
  return time.toLocaleDateString([], { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) });
}
