import * as assert from 'node:assert/strict';
import * as z from 'zod';
import { defineTool } from '../../../../src/core/tools/Tool.ts';

describe('A tool that needs no arguments', () => {
  const look = defineTool({
    name: 'look',
    description: 'Looks.',
    schema: () => z.strictObject({ path: z.string().default('.') }),
    effects: 'read',
    object: ({ path }) => path,
    execute: ({ path }) => Promise.resolve(path),
  });

  // fault 7 of the system before this one: arguments that were no valid JSON became {}, which this one would take
  for (const text of ['', ' ', '{', '{"path":', '{"path":"a"', "{'path':'a'}", '{}{}', '{} and more', 'null', '[]', '""', '0', 'undefined']) {
    it(`does not run with ${JSON.stringify(text)}`, () => {
      const binding = look.bind({ id: 'c', name: 'look', arguments: text });
      assert.match(binding.ok ? 'It would run.' : binding.message, /^The arguments of look (are not valid JSON|do not fit its schema).*Nothing ran\./s);
    });
  }

  it('runs with none', () => assert.equal(look.bind({ id: 'c', name: 'look', arguments: '{}' }).ok, true));
});
