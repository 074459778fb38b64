import * as assert from 'node:assert/strict';
import * as vm from 'node:vm';
import * as fc from 'fast-check';
import { calculator } from '../../../../../src/core/tools/local/calculator.ts';
import { refusalOf, runTool } from '../../../../support/runTool.ts';

const calculate = (expression: string): Promise<string> => runTool(calculator, { expression });

/** An expression's text, and what it is worth beside that: `undefined` where a part of it has no value. */
interface Written {
  text: string;
  value: number | undefined;
  /** Higher is tighter. */
  binds: number;
}

const SUM = 1;
const PRODUCT = 2;
const SIGN = 3;
const POWER = 4;
const ATOM = 5;

const inside = ({ text, binds }: Written, least: number): string => (binds >= least ? text : `(${text})`);

/** One that is made of others; nothing has a value that has a part without one. */
function made(binds: number, text: string, parts: readonly Written[], of: (a: number, b: number) => number): Written {
  const [a, b = 0] = parts.map(({ value }) => value ?? NaN);
  const value = of(a ?? NaN, b);
  return { text, binds, value: Number.isFinite(value) && parts.every((part) => part.value !== undefined) ? value : undefined };
}

const atoms = fc.oneof(
  fc.nat(1_000).map((value): Written => ({ text: String(value), value, binds: ATOM })),
  fc.integer({ min: 1, max: 99_999 }).map((hundredths): Written => ({ text: (hundredths / 100).toFixed(2), value: hundredths / 100, binds: ATOM })),
  fc.constantFrom<Written>({ text: 'pi', value: Math.PI, binds: ATOM }, { text: '1.5e-3', value: 0.0015, binds: ATOM }, { text: '2E+4', value: 20_000, binds: ATOM }),
);

const { tree: trees } = fc.letrec<{ tree: Written }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    atoms,
    fc.tuple(tie('tree'), tie('tree'), fc.constantFrom('', ' ')).chain(([a, b, _]) =>
      fc.constantFrom<Written>(
        made(SUM, `${inside(a, SUM)}${_}+${_}${inside(b, PRODUCT)}`, [a, b], (x, y) => x + y),
        made(SUM, `${inside(a, SUM)}${_}-${_}${inside(b, PRODUCT)}`, [a, b], (x, y) => x - y),
        made(PRODUCT, `${inside(a, PRODUCT)}${_}*${_}${inside(b, SIGN)}`, [a, b], (x, y) => x * y),
        made(PRODUCT, `${inside(a, PRODUCT)}${_}/${_}${inside(b, SIGN)}`, [a, b], (x, y) => x / y),
        made(PRODUCT, `${inside(a, PRODUCT)}${_}%${_}${inside(b, SIGN)}`, [a, b], (x, y) => x % y),
        made(POWER, `${inside(a, ATOM)}${_}^${_}${inside(b, SIGN)}`, [a, b], (x, y) => x ** y),
        made(POWER, `${inside(a, ATOM)}${_}**${_}${inside(b, SIGN)}`, [a, b], (x, y) => x ** y),
        made(ATOM, `max(${a.text},${_}${b.text})`, [a, b], Math.max),
      ),
    ),
    tie('tree').chain((a) =>
      fc.constantFrom<Written>(
        made(SIGN, `-${inside(a, SIGN)}`, [a], (x) => -x),
        made(ATOM, `abs(${a.text})`, [a], Math.abs),
        made(ATOM, `sqrt(${a.text})`, [a], Math.sqrt),
        made(ATOM, `floor(${a.text})`, [a], Math.floor),
      ),
    ),
  ),
}));

describe('calculator', () => {
  const values: [expression: string, value: string][] = [
    ['1 + 2 * 3', '7'],
    ['(1 + 2) * 3', '9'],
    ['8 / 4 / 2', '1'],
    ['10 - 4 - 3', '3'],
    ['2 ^ 3 ^ 2', '512'],
    ['2 ** 3 ** 2', '512'],
    ['2 ^ 3 ** 2', '512'],
    ['-2 ^ 2', '-4'],
    ['(-2) ^ 2', '4'],
    ['-2 ** 2', '-4'],
    ['--2 ^ 2', '4'],
    ['2 ^ -1', '0.5'],
    ['2 ^ -1 ^ 2', '0.5'],
    ['2 - -3', '5'],
    ['+3 * -2', '-6'],
    ['-7 % 3', '-1'],
    ['.5 + 1.', '1.5'],
    ['1.5e3 + 2E-1', '1500.2'],
    ['0 * -1', '0'],
    ['\n1\t+\r\n1 ', '2'],
    ['0.1 + 0.2', '0.3'],
    ['1 / 3', '0.333333333333333'],
    ['2 ^ 53 - 1', '9007199254740991'],
    ['2 ^ 53', '9.00719925474099e+15'],
    ['10 ^ 21', '1e+21'],
    ['pi', '3.14159265358979'],
    ['log(e)', '1'],
    ['sqrt(16) + abs(-2) + min(3, 1, 2) + max(1)', '8'],
    ['round(2.5) + floor(2.9) + ceil(2.1)', '8'],
    ['log10(1000) + log2(8) + exp(0)', '7'],
    ['sin(0) + cos(0) + tan(0)', '1'],
    ['pow(2, 10)', '1024'],
    ['-sqrt(4) ^ 2', '-4'],
  ];
  for (const [expression, value] of values) {
    it(`${JSON.stringify(expression)} is ${value}`, async () => assert.equal(await calculate(expression), value));
  }

  const refused: [expression: string, why: RegExp][] = [
    ['1 / 0', /divided by zero/],
    ['5 % 0', /divided by zero/],
    ['1 / (1 / 0)', /divided by zero/],
    ['0 ^ -1', /divided by zero/],
    ['sqrt(-1)', /sqrt\(-1\) is no finite real number/],
    ['(-8) ^ 0.5', /-8 \^ 0\.5 is no finite real number/],
    ['log(0)', /log\(0\) is no finite real number/],
    ['1 / 10 ^ 400', /10 \^ 400 is no finite real number/],
    ['1e400', /1e400 is too large/],
    ['1,000 + 1', /A comma stands only between the arguments/],
    ['(1, 2)', /Expected \)/],
    ['1 2', /Between "1" and "2" stands no operator/],
    ['max(1 000)', /Between "1" and "000" stands no operator/],
    ['pow(2 3)', /stands no operator/],
    ['max(2(3))', /stands no operator/],
    ['1.2.3', /stands no operator/],
    [' ', /not one expression/],
    ['()', /empty/],
    ['2pi', /Between "2" and "pi" stands no operator/],
    ['2 (3)', /Write every multiplication as \*/],
    ['(2)(3)', /Write every multiplication/],
    ['sin(1)(2)', /Between "\)" and "\(" stands no operator/],
    ['pi (2)', /pi is a number, not a function/],
    ['sqrt', /sqrt is a function and takes its arguments in parentheses/],
    ['sqrt()', /sqrt takes 1 argument, not 0/],
    ['round(1.234, 2)', /round takes 1 argument, not 2/],
    ['pow(2)', /pow takes 2 arguments, not 1/],
    ['min()', /min takes at least 1 argument, not 0/],
    ['x + 1', /"x" is not known/],
    ['Infinity', /"Infinity" is not known/],
    ['1 +', /Expected expression after \+/],
    ['(1', /Expected \)/],
    ['1)', /Unexpected "\)"/],
    ['3 = 3', /"=" has no meaning in arithmetic/],
    ['1 ? 2 : 3', /"\?" has no meaning/],
    ['6 × 7', /"×" has no meaning/],
  ];
  for (const [expression, why] of refused) {
    it(`says what is wrong with ${JSON.stringify(expression)}`, async () => {
      await assert.rejects(calculate(expression), (error: Error) => {
        assert.match(error.message, why);
        assert.match(error.message, /^This cannot be calculated\. .*\. Use only numbers, .*sqrt/s);
        return true;
      });
    });
  }

  // fault 10 of the system before this one: the calculator evaluated its input as code
  describe('never runs what it is given', () => {
    // Each sets the mark where the text is evaluated as code, in one way of doing that or another.
    const mark = 'globalThis.calculatorRan = true';
    const attacks = [
      mark,
      `(${mark}, 1)`,
      `1; ${mark}`,
      `1, ${mark}`,
      `1 + (() => { ${mark}; return 1 })()`,
      `[1].map(() => ${mark})`,
      `\`\${${mark}}\``,
      `Function("${mark}")()`,
      `eval("${mark}")`,
      `sqrt.constructor("${mark}")()`,
      `(1).constructor.constructor("${mark}")()`,
      `"".constructor.constructor("${mark}")()`,
      `max["constructor"]("${mark}")()`,
      `1 /* */ + (${mark})`,
      `pi = ${mark}`,
      `true ? ${mark} : 0`,
      `new Function("${mark}")()`,
      `this.constructor.constructor("${mark}")()`,
      `__proto__.calculatorRan = true`,
      `abs.constructor.prototype.calculatorRan = true`,
    ];
    const marked: object[] = [globalThis, Object.prototype, Function.prototype, Reflect.getPrototypeOf(globalThis) ?? globalThis];
    const hasRun = (): boolean => marked.some((object) => 'calculatorRan' in object);
    afterEach(() => marked.forEach((object) => Reflect.deleteProperty(object, 'calculatorRan')));
    const evaluate: unknown = vm.runInThisContext('(({ sqrt, abs, max }, pi, text) => eval(text))');
    for (const attack of attacks) {
      it(attack, async () => {
        await assert.rejects(calculate(attack), /^Error: This cannot be calculated\./);
        assert.equal(hasRun(), false);
        assert.ok(typeof evaluate === 'function');
        Reflect.apply(evaluate, undefined, [Math, Math.PI, attack]);
        assert.equal(hasRun(), true, 'this attacks nothing');
      });
    }

    // Names that every object inherits, in letters that arithmetic has too: no character gives these away.
    for (const name of ['constructor', 'toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf', 'process', 'require', 'globalThis', 'this', 'null', 'true', 'undefined', 'Math.sqrt', 'sqrt.call', 'typeof pi', 'void pi', 'new sqrt']) {
      it(`knows no ${name}`, async () => {
        await assert.rejects(calculate(name), /^Error: This cannot be calculated\./);
        await assert.rejects(calculate(`${name}(1)`), /^Error: This cannot be calculated\./);
        await assert.rejects(calculate(`1 + ${name}`), /^Error: This cannot be calculated\./);
      });
    }
  });

  it('takes 1,000 characters and not one more', async () => {
    const ones = `${'1+'.repeat(499)}11`;
    assert.equal(ones.length, 1_000);
    assert.equal(await calculate(ones), '510');
    assert.match(refusalOf(calculator, { expression: `${ones}1` }), /1000 characters/);
  });

  it('bounds how deep an expression goes, and takes the deepest that fits', async () => {
    const nested = (depth: number): string => `${'abs('.repeat(depth)}1${')'.repeat(depth)}`;
    assert.equal(await calculate(nested(50)), '1');
    await assert.rejects(calculate(nested(51)), /nested more than 50 deep/);
    assert.equal(await calculate(`${'-'.repeat(998)}1`), '1');
    assert.equal(await calculate(`${'-'.repeat(996)}2^2`), '4');
    assert.equal(await calculate(`${'1^'.repeat(499)}1`), '1');
  });

  it('gives what the tree of the expression is worth, however it is written', async () => {
    await fc.assert(
      fc.asyncProperty(trees.filter(({ text }) => text.length <= 1_000), async ({ text, value }) => {
        if (value === undefined) await assert.rejects(calculate(text), /divided by zero|is no finite real number/);
        else assert.equal(Number(await calculate(text)), Number.isSafeInteger(value) ? value + 0 : Number(value.toPrecision(15)));
      }),
      { numRuns: 1_000 },
    );
  });
});
