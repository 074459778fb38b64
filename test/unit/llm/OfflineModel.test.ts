import * as assert from 'node:assert/strict';
import { OfflineModel } from '../../../src/llm/OfflineModel.ts';
import { TestCore } from '../../support/TestCore.ts';

describe('The offline model', () => {
  let core: TestCore;
  beforeEach(async () => {
    core = new TestCore(new OfflineModel());
    await core.open();
  });
  afterEach(() => core.dispose());

  const answer = (): string => {
    const message = core.of('session.message.added').at(-1)?.data.message;
    assert.ok(message?.role === 'assistant');
    return message.content;
  };

  for (const question of ['What is in this workspace?', 'list the files here', 'Describe this project', 'show me the folder']) {
    it(`looks at the person's own files: ${question}`, async () => {
      core.put('README.md', '# My project\n\nIt does things.\n');
      core.put('src/main.ts', '');
      await core.turn(question);
      assert.match(answer(), /\*\*2 files\*\* in \*\*1 folder\*\*/);
      assert.match(answer(), /- `src\/main\.ts`/);
      assert.match(answer(), /# My project/);
      assert.match(answer(), /a script, not an AI/);
      assert.deepEqual(
        core.of('tool.execution.completed').map(({ data }) => data.tool),
        ['list_files', 'read_file'],
      );
    });
  }

  const additions: [string, string, string][] = [
    ['Add a file notes.md with: Remember the milk.', 'notes.md', 'Remember the milk.\n'],
    ['create file `docs/a.txt` with the content:\nline one\nline two', 'docs/a.txt', 'line one\nline two\n'],
    ['Please write hello.py with\n```python\nprint("hi")\n```', 'hello.py', 'print("hi")\n'],
    ['make a new file called x.json containing {"a": 1}', 'x.json', '{"a": 1}\n'],
  ];
  for (const [message, file, content] of additions) {
    it(`adds a file after approval: ${message.replaceAll('\n', '⏎')}`, async () => {
      core.approveAll();
      await core.turn(message);
      assert.equal(core.read(file), content);
      assert.match(answer(), new RegExp(`Created ${file}`));
    });
  }

  it('tells what the person said when they reject, and changes nothing', async () => {
    core.decideAll(() => ({ decision: 'reject', feedback: 'not now' }));
    await core.turn('Add a file notes.md with: x');
    assert.equal(core.read('notes.md'), undefined);
    assert.match(answer(), /rejected[\s\S]*not now/);
  });

  for (const message of ['Refactor everything', 'hello', 'add a file', '']) {
    it(`says what it can do, and how to set up a model: ${message || '(nothing)'}`, async () => {
      await core.turn(message);
      assert.match(answer(), /script, not an AI[\s\S]*Set Up a Model/);
      assert.equal(core.of('tool.execution.requested').length, 0);
    });
  }

  it('says what is wrong where there is no folder', async () => {
    core.workspace.folders = () => [];
    await core.turn('What is in this workspace?');
    assert.match(answer(), /^No folder is open/);
  });

  it('is deterministic', async () => {
    core.put('a.txt', 'x');
    await core.turn('What is in this workspace?');
    const first = answer();
    await core.turn('What is in this workspace?');
    assert.equal(answer(), first);
  });
});
