import { textParts } from '../../text/hiddenText.ts';

/** What in a path is not what it seems, in a sentence; `undefined` where there is nothing. */
export function strangeCharacters(path: string): string | undefined {
  const points = textParts(path, { paths: true }).flatMap((part) => ('codePoint' in part ? [part.codePoint] : []));
  return points.length === 0 ? undefined : `The path holds characters that cannot be seen, or look like others: ${[...new Set(points)].join(', ')}.`;
}
