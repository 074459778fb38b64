import { ModelServer } from '../modelServer.ts';
import { modelSettings } from '../modelSettings.ts';
import { openTestWindow, type TestWindow, type TestWindowOptions } from './TestWindow.ts';

/** A window, and the scripted model that it is set up for. */
export interface ModelWindow {
  server: ModelServer;
  window: TestWindow;
}

export interface ModelWindowOptions extends TestWindowOptions {
  /** Names the suite in the pictures of its failures. */
  name: string;
  /** The colour theme; VS Code's own choice by default. */
  theme?: string;
  /** Each test gets a window and a model of its own; by default a suite's tests share them. */
  fresh?: boolean;
}

/**
 * Gives a suite a window on a scripted model: opened before its tests, closed after them, with a picture of each test that fails.
 * `opened` takes both, and brings them to where the tests begin.
 */
export function useModelWindow({ name, theme, fresh = false, ...options }: ModelWindowOptions, opened: (opened: ModelWindow) => Promise<void> | void): void {
  let current: Partial<ModelWindow> = {};
  const open = async (): Promise<void> => {
    const server = new ModelServer();
    current = { server };
    const baseUrl = await server.start();
    const window = await openTestWindow({
      ...options,
      machineSettings: { ...modelSettings(baseUrl), ...options.machineSettings },
      settings: { ...(theme === undefined ? {} : { 'workbench.colorTheme': theme }), ...options.settings },
    });
    current = { server, window };
    await opened({ server, window });
  };
  const close = async (): Promise<void> => {
    const { server, window } = current;
    current = {};
    await window?.close();
    await server?.stop();
  };

  (fresh ? beforeEach : before)(open);
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await current.window?.screenshot(`failed-${name}-${this.currentTest.title.slice(0, 20)}`);
  });
  (fresh ? afterEach : after)(close);
}
