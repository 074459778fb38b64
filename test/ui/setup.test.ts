import { ModelServer, routeToCoder } from '../support/modelServer.ts';
import { openTestWindow, type TestWindow } from '../support/ui/TestWindow.ts';

describe('Setting up a model', () => {
  let server: ModelServer;
  let window: TestWindow;
  before(async () => {
    server = new ModelServer();
    await server.start();
    window = await openTestWindow();
  });
  after(async () => {
    await window.close();
    await server.stop();
  });

  it('goes from the empty chat through the settings to the first answer', async () => {
    const chat = await window.openChat();
    await chat.getByRole('button', { name: 'Set up a model…' }).click();
    const enter = async (name: string, value: string): Promise<void> => {
      const setting = window.page.locator(`.setting-item-contents[data-key="agentRuntime.model.${name}"]`);
      await setting.locator('input').fill(value);
      await window.page.keyboard.press('Enter');
      // the bar that marks a changed setting: it is saved
      await window.page.locator(`.setting-item-contents.is-configured[data-key="agentRuntime.model.${name}"]`).waitFor();
    };
    await enter('baseUrl', server.baseUrl);
    await enter('name', 'scripted-1');
    await chat.getByRole('button', { name: 'Model: scripted-1' }).waitFor({ state: 'attached' });
    await window.screenshot('setup-settings-light');
    await window.page.keyboard.press('Escape');
    await window.page.locator('.settings-editor').waitFor({ state: 'hidden' });

    server.script(routeToCoder, { text: 'Hello from the model.' });
    await window.say('Hello');
    await chat.locator('.answer', { hasText: 'Hello from the model.' }).waitFor();
  });
});
