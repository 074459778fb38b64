import type { TokenUsage } from '../../protocol/webview.ts';

/** Milliseconds as "0.2 s", "38 s", "2 min 5 s" or "5 min". */
export function duration(milliseconds: number): string {
  const tenths = Math.round(milliseconds / 100);
  if (tenths < 1) return '<0.1 s';
  if (tenths < 100) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const rest = seconds % 60 === 0 ? '' : ` ${seconds % 60} s`;
  return `${Math.floor(seconds / 60)} min${rest}`;
}

/** The same in words, for screen readers. */
export function spokenDuration(milliseconds: number): string {
  const text = duration(milliseconds).replace('<', 'less than ');
  return text.replace(/^1 min\b/, '1 minute').replace(/ min\b/, ' minutes').replace(/ s$/, ' seconds');
}

/** A count of tokens: "312", "18.4k", "128k". */
export function tokens(count: number): string {
  if (count < 1000) return String(count);
  const hundreds = Math.round(count / 100);
  return hundreds < 1000 ? `${(hundreds / 10).toFixed(1)}k` : `${Math.round(count / 1000)}k`;
}

/** The tokens of a model's window, as it is called: "32k", "200k", "1M". */
export function windowSize(count: number): string {
  const thousands = count / (count % 16_384 === 0 ? 1024 : 1000);
  return thousands < 995 ? `${Math.max(1, Math.round(thousands))}k` : `${String(Math.round(thousands / 100) / 10)}M`;
}

/** "about 18.4k in, 1.1k out". */
export function usageWords({ inputTokens, outputTokens, estimated }: TokenUsage): string {
  return `${estimated ? 'about ' : ''}${tokens(inputTokens)} in, ${tokens(outputTokens)} out`;
}

/** A point in time as "14:32" in the person's own time zone, with the day when it is not `now`'s. */
export function clock(time: Date, now: Date): string {
  const hours = time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  if (time.toDateString() === now.toDateString()) return hours;
  return `${hours} on ${time.toLocaleDateString([], { day: 'numeric', month: 'short' })}`;
}
