import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Frame } from 'playwright-core';
import { modelSettings } from '../../support/modelSettings.ts';
import { projectRoot } from '../../support/projectRoot.ts';
import { openTestWindow, type TestWindow } from '../../support/ui/TestWindow.ts';

const FIRST_ROUNDS = 7;
/** In each round. */
const WARM_PROMPTS = 4;
/** Prompts of a host before those that count as warm. */
const BEFORE = 2;
/** The commands that open a new chat. */
const OURS = 'Agent Runtime: New Session';
const BARE = 'Bench: Open Bare Chat';
/** Milliseconds after which a host and its page do nothing more by themselves. */
const QUIET = 4_000;
/** Between two prompts; a person takes longer. */
const REST = 400;

/** All in milliseconds from the key that sends to the end of the frame with the answer's first text. */
export interface InWindow {
  warm: number[];
  /** The first prompt of a host, in a new session: the orchestrator's request and the agent's. */
  first: number[];
  /** The same where the person chose the agent: one request. */
  firstRouted: number[];
  /** An extension that does nothing but ask and show. */
  bareWarm: number[];
  bareFirst: number[];
}

/** The packaged extension in a real VS Code, and in turn with it a bare one. */
export async function inWindow(baseUrl: string): Promise<InWindow> {
  const window = await openTestWindow({
    files: { 'a.txt': 'one\ntwo\n' },
    machineSettings: modelSettings(baseUrl),
    prepareExtensions: (folder) => {
      fs.cpSync(path.join(projectRoot, 'test/fixtures/bare-chat'), path.join(folder, 'bare-chat'), { recursive: true });
      fs.rmSync(path.join(folder, 'extensions.json'));
    },
    env: { BARE_CHAT_MODEL: baseUrl },
  });
  const figures: InWindow = { warm: [], first: [], firstRouted: [], bareWarm: [], bareFirst: [] };
  const { warm, first, firstRouted, bareWarm, bareFirst } = figures;
  try {
    for (let round = 1; round <= FIRST_ROUNDS; round += 1) {
      bareFirst.push(await firstPrompt(window, BARE));
      await warmPrompts(window, bareWarm);
      firstRouted.push(await firstPrompt(window, OURS, chooseCoder));
      first.push(await firstPrompt(window, OURS));
      await warmPrompts(window, warm);
      const [bare, routed, ours] = [bareFirst, firstRouted, first].map((times) => times.at(-1)?.toFixed(0));
      console.log(`round ${round}: first prompt ${ours} ms, with the agent chosen ${routed} ms, of a bare extension ${bare} ms`);
    }
  } finally {
    await window.close();
  }
  for (const [name, times] of Object.entries({ warm, 'bare, warm': bareWarm })) console.log(`${name}: ${times.map((time) => time.toFixed(0)).join(' ')}`);
  return figures;
}

/** A new host, a new chat, quiet, and the first prompt. */
async function firstPrompt(window: TestWindow, open: string, prepare: (chat: Frame) => Promise<void> = () => Promise.resolve()): Promise<number> {
  await window.run('View: Close All Editors');
  await window.reload();
  await window.run(open);
  const chat = await window.chat();
  await prepare(chat);
  await pause(QUIET);
  return timeOf(window, chat);
}

/** In the session whose first prompt was before them. */
async function warmPrompts(window: TestWindow, times: number[]): Promise<void> {
  for (let prompt = 0; prompt < BEFORE + WARM_PROMPTS; prompt += 1) {
    await pause(REST);
    const time = await timeOf(window, await window.chat());
    if (prompt >= BEFORE) times.push(time);
  }
}

async function chooseCoder(chat: Frame): Promise<void> {
  await chat.getByRole('combobox', { name: 'Agent' }).click();
  await chat.getByRole('option', { name: /^Coder/ }).click();
}

/** Types a prompt, sends it by Enter, and waits for the end of its turn. */
async function timeOf(window: TestWindow, chat: Frame): Promise<number> {
  await chat.getByRole('button', { name: 'Send' }).waitFor();
  const input = chat.locator('.input textarea');
  await input.click();
  await window.page.keyboard.insertText('What is in a.txt?');
  await pause(REST);
  const turns = await chat.locator('.foot').count();
  await chat.evaluate(watch);
  await window.page.keyboard.press('Enter');
  const painted = await chat.evaluate<number>('window.benchPainted');
  await chat.locator('.foot').nth(turns).waitFor();
  return painted;
}

/**
 * Runs in the page. Both ends are on its own clock: the key's event, and the first task after the frame in which the text of an
 * answer that was not there before is drawn. A frame's callbacks, style, layout and paint are one task.
 */
const watch = `(() => {
  const answers = () => document.querySelectorAll('.answer').length;
  const before = answers();
  let sent;
  addEventListener('keydown', (event) => { if (event.key === 'Enter') sent ??= event.timeStamp; }, { capture: true });
  window.benchPainted = new Promise((resolve) => {
    const after = (painted) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = painted; port2.postMessage(0); };
    let inFrame = false;
    const request = window.requestAnimationFrame;
    window.requestAnimationFrame = (callback) => request((time) => { inFrame = true; after(() => (inFrame = false)); callback(time); });
    const observer = new MutationObserver(() => {
      const last = [...document.querySelectorAll('.answer')].at(-1);
      if (answers() === before || !last.querySelector('p')?.textContent.trim()) return;
      observer.disconnect();
      window.requestAnimationFrame = request;
      const done = () => after(() => resolve(performance.now() - sent));
      if (inFrame) done();
      else requestAnimationFrame(done);
    });
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  return undefined;
})()`;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
