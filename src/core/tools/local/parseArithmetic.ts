import jsep from 'jsep';

/** Brackets that are kept, since a minus before a power binds less than one inside of them: -2^2 and (-2)^2. */
interface Group extends jsep.Expression {
  type: 'Group';
  inner: jsep.Expression;
}

/** Deeper ones are no sum that anybody means, and each level is a level of the stack. */
const MAX_NESTING = 50;

const OPEN = '('.charCodeAt(0);
const CLOSE = ')'.charCodeAt(0);

export const isGroup = (node: jsep.Expression): node is Group => node.type === 'Group';
export const isBinary = (node: jsep.Expression): node is jsep.BinaryExpression => node.type === 'BinaryExpression';
export const isUnary = (node: jsep.Expression): node is jsep.UnaryExpression => node.type === 'UnaryExpression';
export const isCall = (node: jsep.Expression): node is jsep.CallExpression => node.type === 'CallExpression';
export const isIdentifier = (node: jsep.Expression): node is jsep.Identifier => node.type === 'Identifier';
export const isLiteral = (node: jsep.Expression): node is jsep.Literal => node.type === 'Literal';
export const isMember = (node: jsep.Expression): node is jsep.MemberExpression => node.type === 'MemberExpression';

let configured = false;

/** The parser reads JavaScript; what is left of it here is arithmetic. Its configuration is its module's. */
function configure(): void {
  if (configured) return;
  configured = true;
  jsep.removeAllUnaryOps();
  jsep.removeAllBinaryOps();
  jsep.removeAllLiterals();
  for (const operator of ['-', '+']) {
    jsep.addUnaryOp(operator);
    jsep.addBinaryOp(operator, 1);
  }
  for (const operator of ['*', '/', '%']) jsep.addBinaryOp(operator, 2);
  for (const operator of ['^', '**']) jsep.addBinaryOp(operator, 3, true);
  jsep.hooks.add('gobble-token', function (env) {
    if (this.code !== OPEN) return;
    this.index += 1;
    this.gobbleSpaces();
    if (this.code === CLOSE) this.throwError('The parentheses are empty');
    const inner = this.gobbleExpression();
    if (this.code !== CLOSE) this.throwError('Expected )');
    this.index += 1;
    env.node = { type: 'Group', inner };
  });
}

/** Reads the text as one expression. Runs nothing. Throws an `Error` that says where it is wrong. */
export function parseArithmetic(text: string): jsep.Expression {
  checkCharacters(text);
  checkNeighbours(text);
  configure();
  return jsep(text);
}

const TOKEN = /(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[a-z][a-z0-9]*|\S/gi;
const NUMBER = /^[\d.]/;
const NAME = /^[a-z]/i;

/** The parser takes the arguments of a function also without commas: "max(1 000)" would be 1. */
function checkNeighbours(text: string): void {
  const tokens = text.match(TOKEN) ?? [];
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1] ?? '';
    const ends = NUMBER.test(token) || NAME.test(token) || token === ')';
    const begins = NUMBER.test(next) || NAME.test(next) || (next === '(' && !NAME.test(token));
    if (ends && begins) throw new Error(`Between "${token}" and "${next}" stands no operator. Write every multiplication as *, and 1000 without a space.`);
  }
}

function checkCharacters(text: string): void {
  const strange = /[^\sA-Za-z0-9.,()+\-*/%^]/u.exec(text)?.[0];
  if (strange !== undefined) throw new Error(`"${strange}" has no meaning in arithmetic.`);
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === ',' && depth === 0) throw new Error('A comma stands only between the arguments of a function: 1000 or 0.5, not 1,000 or 0,5.');
    if (depth > MAX_NESTING) throw new Error(`Parentheses are nested more than ${MAX_NESTING} deep.`);
  }
}
