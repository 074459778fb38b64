import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { readSingleAgent } from '../../src/vscode/config/agentSettings.ts';
import { originOf, readModelSettings } from '../../src/vscode/config/modelSettings.ts';
import { readPersistenceSettings } from '../../src/vscode/config/persistenceSettings.ts';
import { MemoryLog } from '../support/ports.ts';

const commands = ['openChat', 'newSession', 'showSessions', 'deleteSession', 'setApiKey', 'approve', 'reject', 'reviewPending', 'reviewApproval', 'manageRules', 'showLog', 'undoTurn', 'showAuditLog', 'exportAuditLog'].map((name) => `agentRuntime.${name}`);

describe('The extension', () => {
  it('is activated by itself, and registers what it contributes', async () => {
    const extension = vscode.extensions.getExtension('agent-runtime.agent-runtime');
    await extension?.activate();
    const registered = await vscode.commands.getCommands(true);
    assert.deepEqual(
      commands.filter((command) => !registered.includes(command)),
      [],
    );
  });

  it('opens its chat in an editor tab, once', async () => {
    const chats = (): vscode.Tab[] =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('agentRuntime.chat'));
    const opened = new Promise<void>((resolve) => {
      const subscription = vscode.window.tabGroups.onDidChangeTabs(() => {
        if (chats().length === 0) return;
        subscription.dispose();
        resolve();
      });
    });
    await vscode.commands.executeCommand('agentRuntime.openChat');
    await opened;
    await vscode.commands.executeCommand('agentRuntime.openChat');
    await vscode.commands.executeCommand('agentRuntime.newSession');
    assert.equal(chats().length, 1);
  });

  it('takes the model’s address and name, and whether one agent does everything, from the person, never from the files of a workspace', async () => {
    const before = readModelSettings();
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    const settings = path.join(folder, '.vscode', 'settings.json');
    const changed = new Promise((resolve) => {
      const subscription = vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('editor.tabSize')) resolve(subscription.dispose());
      });
    });
    fs.mkdirSync(path.dirname(settings), { recursive: true });
    fs.writeFileSync(settings, JSON.stringify({ 'editor.tabSize': 7, 'agentRuntime.model.baseUrl': 'https://evil.example/v1', 'agentRuntime.model.name': 'evil', 'agentRuntime.singleAgent': true }));
    await changed;
    assert.deepEqual(readModelSettings(), before);
    assert.deepEqual(before, { name: '', baseUrl: 'https://api.openai.com/v1' });
    assert.equal(readSingleAgent(new MemoryLog()), false);
  });

  it('takes the person’s own settings', async () => {
    const configuration = vscode.workspace.getConfiguration('agentRuntime');
    await configuration.update('model.name', ' gpt-4.1 ', vscode.ConfigurationTarget.Global);
    assert.equal(readModelSettings().name, 'gpt-4.1');
    await configuration.update('model.name', undefined, vscode.ConfigurationTarget.Global);
    assert.equal(readModelSettings().name, '');
  });

  it('takes from the person whether one agent does everything, and says in the log where that is neither true nor false', async () => {
    const log = new MemoryLog();
    const configuration = vscode.workspace.getConfiguration('agentRuntime');
    await configuration.update('singleAgent', true, vscode.ConfigurationTarget.Global);
    assert.equal(readSingleAgent(log), true);
    assert.deepEqual(log.lines, []);
    await configuration.update('singleAgent', 'yes', vscode.ConfigurationTarget.Global);
    assert.equal(readSingleAgent(log), false);
    assert.match(log.lines.join(), /singleAgent is "yes"/);
    await configuration.update('singleAgent', undefined, vscode.ConfigurationTarget.Global);
    assert.equal(readSingleAgent(log), false);
  });

  it('takes the settings for saving within their limits, and says in the log where one is not', async () => {
    const log = new MemoryLog();
    const defaults = { eventDriven: true, debounceMs: 2000, maxBatchSize: 50 };
    assert.deepEqual(readPersistenceSettings(log), defaults);
    assert.deepEqual(log.lines, []);
    const configuration = vscode.workspace.getConfiguration('agentRuntime.persistence');
    const set = async (values: Record<string, unknown>): Promise<void> => {
      for (const [key, value] of Object.entries(values)) await configuration.update(key, value, vscode.ConfigurationTarget.Global);
    };
    await set({ eventDriven: false, debounceMs: 500, maxBatchSize: 7 });
    assert.deepEqual(readPersistenceSettings(log), { eventDriven: false, debounceMs: 500, maxBatchSize: 7 });
    await set({ eventDriven: 'no', debounceMs: 5, maxBatchSize: 2.5 });
    assert.deepEqual(readPersistenceSettings(log), defaults);
    assert.equal(log.lines.length, 3);
    await set({ eventDriven: undefined, debounceMs: undefined, maxBatchSize: undefined });
  });

  it('binds keys to an origin, and takes only addresses that have one', () => {
    assert.equal(originOf('https://api.openai.com/v1'), 'https://api.openai.com');
    assert.equal(originOf('http://127.0.0.1:11434/v1'), 'http://127.0.0.1:11434');
    for (const address of ['', 'api.openai.com', 'ftp://a.example', 'file:///etc', 'https://user:pass@a.example']) {
      assert.throws(() => originOf(address), (error) => error instanceof Error && !error.message.includes('pass'));
    }
  });
});
