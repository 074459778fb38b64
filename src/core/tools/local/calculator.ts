import * as z from 'zod';
import { defineTool, messageOf } from '../Tool.ts';
import { evaluateArithmetic, KNOWN } from './evaluateArithmetic.ts';

const MAX_LENGTH = 1_000;
/** A double holds no more decimal digits than these in every case; beyond them 0.1 + 0.2 is not 0.3. */
const DIGITS = 15;

export const calculator = defineTool({
  name: 'calculator',
  description: `Calculates an arithmetic expression. It knows ${KNOWN}. log is the natural logarithm, angles are in radians, % is the remainder with the sign of its left side. Results have at most ${DIGITS} significant digits.`,
  schema: () =>
    z.strictObject({
      expression: z.string().min(1).max(MAX_LENGTH).describe('For example "(3 + 4) * 2^10 / sqrt(2)"; every multiplication is written as *'),
    }),
  effects: 'none',
  object: ({ expression }) => expression,
  execute: ({ expression }) => Promise.resolve().then(() => calculate(expression)),
});

function calculate(expression: string): string {
  try {
    return numberText(evaluateArithmetic(expression));
  } catch (error) {
    throw new Error(`This cannot be calculated. ${sentence(messageOf(error))} Use only ${KNOWN}.`, { cause: error });
  }
}

function sentence(message: string): string {
  return message.endsWith('.') ? message : `${message}.`;
}

function numberText(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  const rounded = Number(value.toPrecision(DIGITS));
  // Written out, a large number shows digits that nobody calculated.
  return Math.abs(rounded) >= 10 ** DIGITS ? rounded.toExponential() : String(rounded);
}
