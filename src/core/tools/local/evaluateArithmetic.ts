import type jsep from 'jsep';
import { isBinary, isCall, isGroup, isIdentifier, isLiteral, isMember, isUnary, parseArithmetic } from './parseArithmetic.ts';

interface ArithmeticFunction {
  /** How many arguments it takes. */
  takes: 1 | 2 | 'some';
  of: (...values: number[]) => number;
}

const one = (of: (value: number) => number): ArithmeticFunction => ({ takes: 1, of: (value = NaN) => of(value) });

// Maps, since a name that a model wrote must not reach what objects inherit.
const FUNCTIONS: ReadonlyMap<string, ArithmeticFunction> = new Map([
  ['sqrt', one(Math.sqrt)],
  ['abs', one(Math.abs)],
  ['min', { takes: 'some', of: Math.min }],
  ['max', { takes: 'some', of: Math.max }],
  ['round', one(Math.round)],
  ['floor', one(Math.floor)],
  ['ceil', one(Math.ceil)],
  ['log', one(Math.log)],
  ['log10', one(Math.log10)],
  ['log2', one(Math.log2)],
  ['exp', one(Math.exp)],
  ['sin', one(Math.sin)],
  ['cos', one(Math.cos)],
  ['tan', one(Math.tan)],
  ['pow', { takes: 2, of: Math.pow }],
]);

const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
]);

export const KNOWN = `numbers, + - * / % ^, parentheses, ${[...CONSTANTS.keys()].join(', ')}, and the functions ${[...FUNCTIONS.keys()].join(', ')}`;

/** The value of an arithmetic expression; a finite number. Throws an `Error` that says what has no value. */
export function evaluateArithmetic(text: string): number {
  return valueOf(parseArithmetic(text));
}

/** Only what is named here has a value: whatever else the parser reads ends in an error. */
function valueOf(node: jsep.Expression): number {
  if (isLiteral(node)) return literal(node);
  if (isGroup(node)) return valueOf(node.inner);
  if (isUnary(node)) return signed(node.operator, valueOf(node.argument));
  if (isBinary(node)) return binary(node);
  if (isCall(node)) return call(node);
  if (isIdentifier(node)) return constant(node.name);
  if (isMember(node)) throw new Error('A dot stands only in a number: sqrt(2), not Math.sqrt(2).');
  throw new Error('It is not one expression.');
}

function literal({ value, raw }: jsep.Literal): number {
  if (typeof value !== 'number') throw new Error(`${raw} is no number.`);
  return finite(value, () => `${raw} is too large.`);
}

function constant(name: string): number {
  const value = CONSTANTS.get(name);
  if (value !== undefined) return value;
  throw new Error(FUNCTIONS.has(name) ? `${name} is a function and takes its arguments in parentheses: ${name}(…).` : `"${name}" is not known.`);
}

function signed(operator: string, value: number): number {
  return operator === '-' ? -value : value;
}

function binary({ operator, left, right }: jsep.BinaryExpression): number {
  const isPower = operator === '^' || operator === '**';
  // As it is written on paper, a sign before a power is the power's: -2^2 is -4.
  if (isPower && isUnary(left)) return signed(left.operator, binary({ type: 'BinaryExpression', operator, left: left.argument, right }));
  const a = valueOf(left);
  const b = valueOf(right);
  if ((operator === '/' || operator === '%') && b === 0) throw new Error('Something is divided by zero.');
  return finite(operation(operator, a, b), () => (isPower && a === 0 ? 'Something is divided by zero: 0 to a negative power.' : `${a} ${operator} ${b} is no finite real number.`));
}

function operation(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '^':
    case '**':
      return a ** b;
    default:
      throw new Error(`"${operator}" is no operator here.`);
  }
}

function call({ callee, arguments: parts }: jsep.CallExpression): number {
  if (!isIdentifier(callee)) throw new Error('Only the name of a function stands directly before parentheses.');
  const { name } = callee;
  const known = FUNCTIONS.get(name);
  if (known === undefined) throw new Error(CONSTANTS.has(name) ? `${name} is a number, not a function: ${name} * (…).` : `"${name}" is not a function here.`);
  const { takes, of } = known;
  if (takes === 'some' ? parts.length === 0 : parts.length !== takes) {
    throw new Error(`${name} takes ${takes === 'some' ? 'at least 1' : takes} ${takes === 2 ? 'arguments' : 'argument'}, not ${parts.length}.`);
  }
  const values = parts.map(valueOf);
  return finite(of(...values), () => `${name}(${values.join(', ')}) is no finite real number.`);
}

function finite(value: number, what: () => string): number {
  if (!Number.isFinite(value)) throw new Error(what());
  return value;
}
