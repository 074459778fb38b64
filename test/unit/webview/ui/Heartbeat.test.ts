import * as assert from 'node:assert/strict';
import { Heartbeat } from '../../../../src/webview/ui/Heartbeat.ts';
import { FakePage } from '../FakePage.ts';

/** Stands in for the timers of a page. */
class Intervals {
  #run: (() => void) | undefined;
  readonly #real = { setInterval: globalThis.setInterval, clearInterval: globalThis.clearInterval };

  install(): void {
    const set = (run: () => void): number => {
      this.#run = run;
      return 1;
    };
    Object.assign(globalThis, { setInterval: set, clearInterval: () => (this.#run = undefined) });
  }

  remove(): void {
    Object.assign(globalThis, this.#real);
  }

  pass(times: number): void {
    for (let time = 0; time < times; time += 1) this.#run?.();
  }
}

describe('Heartbeat', () => {
  const intervals = new Intervals();
  let page: FakePage;
  let pings: number;
  let told: boolean[];
  let heartbeat: Heartbeat;
  beforeEach(() => {
    page = new FakePage();
    page.install();
    intervals.install();
    pings = 0;
    told = [];
    heartbeat = new Heartbeat(
      () => (pings += 1),
      (lost) => told.push(lost),
    );
  });
  afterEach(() => {
    intervals.remove();
    page.remove();
  });

  it('says that the connection is lost after three questions without an answer, once', () => {
    intervals.pass(3);
    assert.deepEqual([pings, told], [3, []]);
    intervals.pass(3);
    assert.deepEqual(told, [true]);
  });

  it('says that it is back with the first message, and asks on', () => {
    intervals.pass(4);
    heartbeat.heard();
    heartbeat.heard();
    assert.deepEqual(told, [true, false]);
    intervals.pass(4);
    assert.deepEqual(told, [true, false, true]);
  });

  it('asks nothing while nobody sees the page, and begins anew then', () => {
    intervals.pass(3);
    page.show('hidden');
    intervals.pass(5);
    assert.equal(pings, 3);
    page.show('visible');
    intervals.pass(3);
    assert.deepEqual(told, []);
  });
});
