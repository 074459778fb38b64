import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AgentRuntimeApi, AgentRuntimeExports, ApiEvent } from '../../src/vscode/api/agent-runtime.d.ts';

describe('The API for other extensions', () => {
  let given: AgentRuntimeExports;
  let api: AgentRuntimeApi;
  before(async () => {
    const extension = vscode.extensions.getExtension<AgentRuntimeExports>('agent-runtime.agent-runtime');
    given = (await extension?.activate()) ?? assert.fail('the extension is not there');
    api = given.getAPI(1);
  });

  it('is what activate() returned: events and a list, frozen, and nothing that starts or approves', () => {
    assert.deepEqual(Reflect.ownKeys(given), ['getAPI']);
    assert.deepEqual(Reflect.ownKeys(api), ['onDidPublishEvent', 'listSessions']);
    for (const object of [given, given.getAPI, api, api.onDidPublishEvent, api.listSessions]) {
      assert.ok(Object.isFrozen(object));
      assert.ok([Object.prototype, Function.prototype].includes(Object.getPrototypeOf(object) as object));
    }
    assert.throws(() => Reflect.apply(given.getAPI, undefined, [2]), { message: 'Agent Runtime has no API of version 2. There is version 1: call getAPI(1).' });
  });

  it('tells every listener of a new session, whatever others do, and none that has gone', async () => {
    const seen: ApiEvent[] = [];
    const kept: vscode.Disposable[] = [];
    // VS Code catches what a listener throws, so what they saw is looked at afterwards
    const wrong: string[] = [];
    let thrown = 0;
    const told = new Promise<ApiEvent>((resolve) => {
      const fails = (): void => {
        thrown += 1;
        throw new Error('A listener of a test throws.');
      };
      api.onDidPublishEvent(fails, undefined, kept);
      api.onDidPublishEvent((event) => {
        if (Reflect.set(event, 'source', 'changed')) wrong.push('an event was changed');
      }, undefined, kept);
      api.onDidPublishEvent(
        function (this: unknown, event) {
          if (this !== seen) wrong.push('a listener has another this');
          seen.push(event);
          if (event.type === 'session.created') resolve(event);
        },
        seen,
        kept,
      );
    });
    const gone = api.onDidPublishEvent(() => wrong.push('a listener that was disposed of was called'));
    // as often as there are listeners: it may be counted only once
    for (let times = 0; times < 4; times += 1) gone.dispose();
    await vscode.commands.executeCommand('agentRuntime.openChat');
    const created = await told;
    assert.deepEqual([created.source, created.data, created.seq], ['SessionManager', {}, 1]);
    assert.ok((await api.listSessions()).some(({ id }) => id === created.sessionId));
    for (const subscription of kept) subscription.dispose();
    assert.deepEqual(wrong, []);
    assert.equal(thrown, seen.length);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});
