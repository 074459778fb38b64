import * as vscode from 'vscode';
import type { PersistenceOptions } from '../../core/persistence/createPersistence.ts';
import type { Log } from '../../core/ports/Log.ts';
import { SECTION } from './settingsSection.ts';

const limits = {
  debounceMs: { fallback: 2000, minimum: 100, maximum: 60_000 },
  maxBatchSize: { fallback: 50, minimum: 1, maximum: 50 },
} as const;

/** The settings as they count; in the place of a bad value its default, and a word in the log. */
export function readPersistenceSettings(log: Log): PersistenceOptions {
  const configuration = vscode.workspace.getConfiguration(`${SECTION}.persistence`);
  const number = (key: keyof typeof limits): number => {
    const { fallback, minimum, maximum } = limits[key];
    const value: unknown = configuration.get(key) ?? fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum) return value;
    log.warn(`${SECTION}.persistence.${key} is ${JSON.stringify(value)}; it must be a whole number from ${minimum} to ${maximum}. Until it is changed, ${fallback} is used`);
    return fallback;
  };
  const eventDriven: unknown = configuration.get('eventDriven') ?? true;
  if (typeof eventDriven !== 'boolean') log.warn(`${SECTION}.persistence.eventDriven is ${JSON.stringify(eventDriven)}; it must be true or false. Until it is changed, true is used`);
  return { eventDriven: eventDriven !== false, debounceMs: number('debounceMs'), maxBatchSize: number('maxBatchSize') };
}
