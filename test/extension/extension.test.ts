import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { readSingleAgent } from '../../src/vscode/config/agentSettings.ts';
import { readPersistenceSettings } from '../../src/vscode/config/persistenceSettings.ts';
import { VscodeModelSettings } from '../../src/vscode/config/VscodeModelSettings.ts';
import { modelSettings } from '../support/modelSettings.ts';
import { MemoryLog } from '../support/ports.ts';

const commands = ['openChat', 'newSession', 'showSessions', 'deleteSession', 'setUpModel', 'setApiKey', 'approve', 'reject', 'reviewPending', 'reviewApproval', 'manageRules', 'showLog', 'undoTurn', 'showAuditLog', 'exportAuditLog'].map((name) => `agentRuntime.${name}`);

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

  it('takes models, which one is used and by whom, and whether one agent does everything, from the person, never from the files of a workspace', async () => {
    const log = new MemoryLog();
    const before = new VscodeModelSettings({ log }).read();
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    const settings = path.join(folder, '.vscode', 'settings.json');
    const changed = new Promise((resolve) => {
      const subscription = vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('editor.tabSize')) resolve(subscription.dispose());
      });
    });
    fs.mkdirSync(path.dirname(settings), { recursive: true });
    fs.writeFileSync(settings, JSON.stringify({ 'editor.tabSize': 7, ...modelSettings('https://evil.example/v1', { name: 'evil' }), 'agentRuntime.agentModels': { coder: 'evil' }, 'agentRuntime.singleAgent': true }));
    await changed;
    assert.deepEqual(new VscodeModelSettings({ log }).read(), before);
    assert.deepEqual([before.profiles, before.chosen, before.agents.size, log.lines], [[], '', 0, []]);
    assert.equal(readSingleAgent(new MemoryLog()), false);
  });

  it('takes the person’s own settings', async () => {
    const log = new MemoryLog();
    const settings = new VscodeModelSettings({ log });
    let changes = 0;
    const subscription = settings.onChange(() => (changes += 1));
    const models = [{ name: ' fast ', provider: 'openai', model: 'gpt-4.1-mini', temperature: 0.2 }, { name: 'broken', provider: 'openai' }];
    await settings.writeModels(models);
    await settings.writeAgents(new Map([['ask', 'fast']]));
    await settings.writeChosen('fast');
    const { profiles, chosen, agents } = settings.read();
    assert.deepEqual(profiles, [{ name: 'fast', provider: 'openai', model: 'gpt-4.1-mini', temperature: 0.2 }]);
    assert.deepEqual([chosen, [...agents], settings.rawModels()], ['fast', [['ask', 'fast']], models]);
    assert.ok(changes >= 3);
    // read often, told once
    settings.read();
    assert.equal(log.lines.filter((line) => line.includes('broken')).length, 1);
    await settings.writeChosen('');
    await settings.writeAgents(new Map());
    await settings.writeModels([]);
    const { chosen: none, agents: nobody, profiles: empty } = settings.read();
    assert.deepEqual([none, nobody.size, empty.length], ['', 0, 0]);
    subscription.dispose();
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
});
