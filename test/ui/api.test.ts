import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { routeToCoder, type ModelServer } from '../support/modelServer.ts';
import { projectRoot } from '../support/projectRoot.ts';
import { useModelWindow } from '../support/ui/modelWindow.ts';
import type { TestWindow } from '../support/ui/TestWindow.ts';

function changeManifest(folder: string, change: Record<string, unknown>): void {
  const file = path.join(folder, 'package.json');
  fs.writeFileSync(file, JSON.stringify({ ...(JSON.parse(fs.readFileSync(file, 'utf8')) as object), ...change }));
}

/** Puts the example beside the installed extension, and lets nobody else start that: so the example is there before the runtime is. */
function addExample(extensions: string): void {
  const example = path.join(extensions, 'event-viewer');
  fs.cpSync(path.join(projectRoot, 'test/fixtures/event-viewer'), example, { recursive: true });
  changeManifest(example, { extensionDependencies: [] });
  const [ours = ''] = fs.readdirSync(extensions).filter((name) => name.startsWith('agent-runtime.agent-runtime'));
  changeManifest(path.join(extensions, ours), { activationEvents: [] });
  fs.rmSync(path.join(extensions, 'extensions.json'));
}

describe('Another extension', () => {
  let server: ModelServer;
  let window: TestWindow;
  useModelWindow({ name: 'api', fresh: true, files: { 'a.txt': 'one\n' }, prepareExtensions: addExample }, (opened) => {
    ({ server, window } = opened);
  });

  it('sees the runtime start, counts what a turn does, and lists the session without its title', async () => {
    const { version } = JSON.parse(fs.readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as { version: string };
    const item = window.page.locator('[id="agent-runtime-tests.event-viewer.eventViewer.counts"]');
    await item.getByLabel(`0 tool calls, 0 tokens, Agent Runtime ${version}`).waitFor();

    server.script(
      { ...routeToCoder, usage: { prompt_tokens: 100, completion_tokens: 10 } },
      { toolCalls: [{ name: 'read_file', arguments: '{"path":"a.txt"}' }], usage: { prompt_tokens: 1_000, completion_tokens: 20 } },
      { text: 'It says one.', usage: { prompt_tokens: 2_000, completion_tokens: 30 } },
    );
    const chat = await window.openChat();
    await window.say('What does a.txt say?');
    await chat.locator('.answer', { hasText: 'It says one.' }).waitFor();
    await item.getByText('1 tool calls, 3160 tokens').waitFor();

    await window.run('Event Viewer: Show Counts');
    const rows = window.page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'messages' }).waitFor();
    const [session] = window.query('SELECT session_id AS id FROM sessions');
    assert.deepEqual(await rows.allTextContents(), [`4 messages, 1 tool calls${String(session?.['id'])}`]);
    await window.screenshot('api');
  });
});
