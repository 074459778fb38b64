import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Frame } from 'playwright-core';
import { ModelServer, routeToCoder } from '../support/modelServer.ts';
import { modelSettings } from '../support/modelSettings.ts';
import { projectRoot } from '../support/projectRoot.ts';
import { TestProxy } from '../support/TestProxy.ts';
import { openTestWindow, type TestWindow } from '../support/ui/TestWindow.ts';

const certificates = path.join(projectRoot, 'test/fixtures/tls');

function identity(name: string): { key: Buffer; cert: Buffer } {
  return { key: fs.readFileSync(path.join(certificates, `${name}.key`)), cert: fs.readFileSync(path.join(certificates, `${name}.crt`)) };
}

/** Nothing but the proxy knows the hosts, and only the system's certificates have the authority of `known.test`. */
describe('VS Code’s proxy and the system’s certificates', () => {
  const server = new ModelServer();
  let proxy: TestProxy;
  let window: TestWindow;
  let chat: Frame;

  const settings = (name: string, origin: string): Record<string, unknown> => modelSettings(`${origin}/v1`, { name });
  /** As a person who edits their settings; resolves when the chat knows it. */
  const use = async (name: string, origin: string): Promise<void> => {
    fs.writeFileSync(path.join(window.userDataDir, 'Machine', 'settings.json'), JSON.stringify(settings(name, origin)));
    await chat.getByRole('combobox', { name: 'Model' }).filter({ hasText: name }).waitFor();
  };
  const storeKey = async (host: string): Promise<void> => {
    const problem = chat.locator('.card', { hasText: `${host} needs an API key` });
    await problem.getByRole('button', { name: 'Set API key…' }).click();
    await window.page.locator('.quick-input-widget input').fill('sk-test');
    await window.page.keyboard.press('Enter');
    await window.notification(`The API key for https://${host} is stored.`).waitFor();
    await problem.getByRole('button', { name: 'Retry' }).click();
  };

  before(async () => {
    proxy = new TestProxy({
      target: new URL(await server.start()),
      // the last one shows a certificate of another's
      identities: { 'known.test': identity('known'), 'stranger.test': identity('stranger'), 'other.test': identity('known') },
    });
    window = await openTestWindow({
      settings: { 'http.proxy': await proxy.start() },
      machineSettings: settings('plain', 'http://model.test'),
      // where Node finds the system's certificates: without VS Code nothing reads it
      env: { SSL_CERT_FILE: path.join(certificates, 'known-ca.crt'), NO_PROXY: '', no_proxy: '' },
    });
    chat = await window.openChat();
  });
  beforeEach(() => proxy.asked.splice(0));
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot(`failed-proxy-${this.currentTest.title.slice(0, 20)}`);
  });
  after(async () => {
    await window.close();
    await proxy.stop();
    await server.stop();
  });

  it('sends requests through the proxy', async () => {
    server.script(routeToCoder, { text: 'Hello by the proxy.' });
    await window.say('Hello');
    await chat.locator('.answer', { hasText: 'Hello by the proxy.' }).waitFor();
    assert.deepEqual(proxy.asked, Array(2).fill('POST http://model.test/v1/chat/completions'));
  });

  it('trusts an authority that the system trusts, through the proxy’s tunnel', async () => {
    await use('known', 'https://known.test');
    server.script({ text: 'Hello by TLS.' });
    await window.say('Hello by TLS');
    await storeKey('known.test');
    await chat.locator('.answer', { hasText: 'Hello by TLS.' }).waitFor();
    assert.deepEqual(proxy.asked, ['CONNECT known.test:443']);
  });

  for (const [host, words] of [
    ['stranger.test', /is signed by nobody that this computer trusts\. .*add the authority .* to those that the operating system trusts, and reload the window \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)\. Nothing was sent\./],
    ['other.test', /is made out to another name\. Check the address \(ERR_TLS_CERT_ALTNAME_INVALID\)\. Nothing was sent\./],
  ] as const)
    it(`refuses the certificate of ${host}, says which and why, and asks once`, async () => {
      await use(host, `https://${host}`);
      const served = server.requests.length;
      await window.say('Hello');
      await storeKey(host);
      const problem = chat.locator('.card', { hasText: `${host} shows a certificate that is not trusted` });
      await problem.waitFor();
      assert.match(await problem.innerText(), words);
      await window.screenshot(`proxy-certificate-${host}`);
      assert.deepEqual(proxy.asked, [`CONNECT ${host}:443`]);
      assert.equal(server.requests.length, served);
    });
});
