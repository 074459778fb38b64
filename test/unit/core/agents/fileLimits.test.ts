import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Agent } from '../../../../src/core/agents/Agent.ts';
import { architect, coder } from '../../../../src/core/agents/agents.ts';
import { TurnScope } from '../../../../src/core/bus/TurnScope.ts';
import { silenceLimits } from '../../../../src/core/llm/listen.ts';
import { LlmClient } from '../../../../src/core/llm/LlmClient.ts';
import { LLMStreamService } from '../../../../src/core/llm/LLMStreamService.ts';
import { TokenEstimates } from '../../../../src/core/llm/tokens.ts';
import { writeFile } from '../../../../src/core/tools/ide/writeFile.ts';
import { CallInspector } from '../../../../src/core/tools/CallInspector.ts';
import { ToolExecutor, type ToolResult } from '../../../../src/core/tools/ToolExecutor.ts';
import { ToolRegistry } from '../../../../src/core/tools/ToolRegistry.ts';
import { systemClock } from '../../../../src/vscode/adapters/systemClock.ts';
import { NodeWorkspace } from '../../../support/NodeWorkspace.ts';
import { noTurn } from '../../../support/noTurn.ts';
import { ScriptedModel } from '../../../support/ScriptedModel.ts';
import { TestCore } from '../../../support/TestCore.ts';
import { TestModelMemory } from '../../../support/TestModelMemory.ts';

const SOURCE_TEXT = 'source\n';

// fault 12 of the system before this one: limits matched with an unanchored pattern, on the path as the model wrote it
describe('The files that an agent may write', () => {
  let home: string;
  let root: string;
  let core: TestCore;
  let workspace: NodeWorkspace;
  beforeEach(async () => {
    home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'ar-limits-')));
    root = path.join(home, 'project');
    for (const folder of ['src', 'docs']) fs.mkdirSync(path.join(root, folder), { recursive: true });
    fs.writeFileSync(path.join(root, 'src/a.ts'), SOURCE_TEXT);
    workspace = new NodeWorkspace(root);
    core = new TestCore(new ScriptedModel([]));
    await core.open();
  });
  afterEach(() => {
    core.dispose();
    fs.rmSync(home, { recursive: true });
  });

  /** The call as a turn makes it: announced, then run. */
  const call = (agent: Agent, args: object): Promise<ToolResult> => {
    const registry = new ToolRegistry({ tools: [writeFile], workspace });
    const estimates = new TokenEstimates({ memory: new TestModelMemory() });
    const client = new LlmClient({ models: { select: () => Promise.reject(new Error('No model is asked')) }, estimates, clock: systemClock, limits: silenceLimits, random: () => 0 });
    const inspector = new CallInspector({ ports: { workspace } });
    const { hitl, policy } = core.core;
    const executor = new ToolExecutor({ registry, hitl, policy, inspector, ports: { workspace }, clock: systemClock, turns: () => noTurn });
    const scope = new TurnScope({ bus: core.bus, sessionId: core.sessionId, correlationId: 'turn' });
    const wish = { id: 'call', name: 'write_file', arguments: JSON.stringify({ content: 'written\n', ...args }) };
    new LLMStreamService({ client, estimates, registry, policy, inspector }).announce(scope, agent, [wish]);
    return executor.execute(scope, agent, wish, new AbortController().signal);
  };
  const write = (file: string, agent = architect): Promise<ToolResult> => call(agent, { path: file });

  const assertRefused = ({ outcome, content }: ToolResult, words: RegExp): void => {
    assert.equal(outcome, 'error', content);
    assert.match(content, words);
    assert.deepEqual(workspace.written, []);
    assert.equal(fs.readFileSync(path.join(root, 'src/a.ts'), 'utf8'), SOURCE_TEXT);
    assert.equal(core.of('tool.execution.started').length, 0);
    assert.equal(core.of('hitl.approval.requested').length, 0, 'the person was asked');
  };

  it('are told in words that the model can act on, and nothing is announced as needing an approval', async () => {
    const result = await write('src/a.ts');
    assertRefused(result, /^/);
    assert.equal(
      result.content,
      'Architect may write only Markdown files (.md), and src/a.ts is none. Nothing was written. Hand over with switch_mode to an agent that may, or write such a file.',
    );
    assert.deepEqual(core.of('tool.approval.required'), []);
  });

  it('name no tool that the agent does not have', async () => {
    const alone = { ...architect, tools: ['write_file'] };
    assert.match((await write('src/a.ts', alone)).content, /Nothing was written\. Write only such a file\.$/);
  });

  for (const [file, words] of [
    ['src/a.md.ts', /is none/],
    ['src/a.mdx', /is none/],
    ['a.md/../src/a.ts', /src\/a\.ts is none/],
    ['docs/../src/a.ts', /and src\/a\.ts is none/],
    ['src/a.ts/', /src\/a\.ts is none/],
    ['md', /is none/],
    ['x.MD', /x\.MD is none/],
    ['x.mD', /x\.mD is none/],
    ['docs\\..\\src\\a.ts', /is none/],
    ['src/a.ts:x.md', /“:” in its path/],
    ['src/a.ts::$DATA/x.md', /“:” in its path/],
    ['src/a.ts\0.md', /NUL character/],
    ['src/a.ts\0/../../docs/x.md', /NUL character/],
    ['../x.md', /outside the workspace/],
    ['docs/../../x.md', /outside the workspace/],
    ['/etc/x.md', /outside the workspace/],
  ] as const) {
    it(`are not ${JSON.stringify(file)}`, async () => {
      core.approveAll();
      assertRefused(await write(file), words);
      assert.deepEqual(core.of('tool.approval.required'), []);
    });
  }

  for (const [file, real] of [
    ['x.md', 'x.md'],
    ['.md', '.md'],
    ['.github/x.md', '.github/x.md'],
    ['src/a.ts.md', 'src/a.ts.md'],
    ['./docs//deep/../x.md', 'docs/x.md'],
    ['src/a.ts/../../docs/x.md', 'docs/x.md'],
    ['notes.md/', 'notes.md'],
  ] as const) {
    it(`are ${file}`, async () => {
      core.approveAll();
      const { outcome, content } = await write(file);
      assert.equal(outcome, 'ok', content);
      assert.deepEqual(workspace.written, [path.join(root, real)]);
    });
  }

  it('are taken by absolute path too, in the workspace', async () => {
    core.approveAll();
    assert.equal((await write(path.join(root, 'docs/x.md'))).outcome, 'ok');
    workspace.written.length = 0;
    core.events.length = 0;
    assertRefused(await write(path.join(root, 'src/a.ts')), /src\/a\.ts is none/);
    assertRefused(await write(path.join(home, 'x.md')), /outside the workspace/);
  });

  it('are judged by what a link leads to', async () => {
    core.approveAll();
    fs.symlinkSync('../src/a.ts', path.join(root, 'docs/link.md'));
    assertRefused(await write('docs/link.md'), /and docs\/link\.md is a link that leads to src\/a\.ts, which is none\./);
  });

  it('are judged by their names also where a link leads to one that may be written', async () => {
    core.approveAll();
    fs.writeFileSync(path.join(root, 'docs/x.md'), 'notes\n');
    fs.symlinkSync('../docs/x.md', path.join(root, 'src/link.ts'));
    assertRefused(await write('src/link.ts'), /src\/link\.ts is none/);
    assert.equal(fs.readFileSync(path.join(root, 'docs/x.md'), 'utf8'), 'notes\n');
  });

  it('are judged by where the folders on the way lead', async () => {
    core.approveAll();
    const limited: Agent = { ...architect, writes: { globs: ['docs/**/*.md', 'docs/*.ts'], words: 'files in docs' } };
    fs.symlinkSync('../src', path.join(root, 'docs/inner'));
    assertRefused(await write('docs/inner/new.md', limited), /leads to src\/new\.md, which is none/);
    fs.rmSync(path.join(root, 'docs'), { recursive: true });
    fs.symlinkSync('src', path.join(root, 'docs'));
    assertRefused(await write('docs/a.ts', limited), /leads to src\/a\.ts, which is none/);
    assertRefused(await write('docs/a.ts'), /docs\/a\.ts is none/);
  });

  it('are judged again when the person has approved: a link may have been set meanwhile', async () => {
    fs.writeFileSync(path.join(root, 'docs/x.md'), SOURCE_TEXT);
    core.decideAll(() => {
      fs.rmSync(path.join(root, 'docs/x.md'));
      fs.symlinkSync('../src/a.ts', path.join(root, 'docs/x.md'));
      return { decision: 'approve', feedback: '' };
    });
    const { outcome, content } = await write('docs/x.md');
    assert.equal(outcome, 'error');
    assert.match(content, /leads to src\/a\.ts, which is none/);
    assert.equal(core.of('hitl.approval.requested').length, 1, 'the person is not asked about what may not be');
    assert.equal(core.of('tool.execution.started').length, 0);
    assert.deepEqual(workspace.written, []);
  });

  it('hold for the backup of a file too', async () => {
    core.approveAll();
    fs.writeFileSync(path.join(root, 'docs/x.md'), 'notes\n');
    assertRefused(await call(architect, { path: 'docs/x.md', backup: true }), /docs\/x\.md\.bak is none/);
  });

  it('begin with the folder’s name where there are several, and that name counts for nothing', async () => {
    core.approveAll();
    const other = path.join(home, 'other');
    const named = path.join(home, 'a:b.md');
    for (const folder of [other, named]) fs.mkdirSync(folder);
    workspace = new NodeWorkspace(root, other, named);
    assertRefused(await write('project/src/a.ts'), /project\/src\/a\.ts is none/);
    assertRefused(await write('other/../project/src/a.ts'), /outside the workspace/);
    assertRefused(await write('a:b.md/x.ts'), /a:b\.md\/x\.ts is none/);
    assertRefused(await write('a:b.md'), /is none/);
    fs.symlinkSync(path.join(root, 'src/a.ts'), path.join(other, 'x.md'));
    assertRefused(await write('other/x.md'), /out of the workspace through a link/);
    assert.equal((await write('other/y.md')).outcome, 'ok');
    assert.equal((await write('a:b.md/y.md')).outcome, 'ok');
    assert.deepEqual(workspace.written, [path.join(other, 'y.md'), path.join(named, 'y.md')]);
  });

  it('are all of the workspace for an agent without a limit, and no path outside it is announced', async () => {
    core.approveAll();
    assertRefused(await write('../x.md', coder), /outside the workspace/);
    assert.deepEqual(core.of('tool.approval.required'), []);
    assert.equal((await write('src/b:c.ts', coder)).outcome, 'ok');
    assert.equal(core.of('tool.approval.required').length, 1);
  });

  it('say which tools there are where an agent has not the one that it calls', async () => {
    const registry = new ToolRegistry({ tools: [writeFile], workspace });
    const resolved = registry.resolve({ ...architect, tools: ['read_file', 'write_file'] }, { id: 'c', name: 'x'.repeat(500), arguments: '{}' });
    assert.ok(!resolved.ok);
    assert.equal(resolved.message, `Architect has no tool “${'x'.repeat(100)}”. Nothing ran. It has: write_file.`);
    assertRefused(await write('a.md', { ...architect, tools: [] }), /Architect has no tool “write_file”\. Nothing ran\. It has: none\./);
  });
});
