import * as assert from 'node:assert/strict';
import { ApiKeys } from '../../../../src/vscode/config/ApiKeys.ts';

type Change = (event: { key: string }) => void;

/** SecretStorage, slow as VS Code's: every answer is given by hand. */
class Secrets {
  readonly kept = new Map<string, string>();
  readonly asked: { key: string; answer: () => void; fail: () => void }[] = [];
  readonly #listeners = new Set<Change>();

  readonly onDidChange = (listener: Change): { dispose: () => void } => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  get listeners(): number {
    return this.#listeners.size;
  }

  keys(): Promise<string[]> {
    return Promise.resolve([...this.kept.keys()]);
  }

  get(key: string): Promise<string | undefined> {
    // as it was when it was asked
    const value = this.kept.get(key);
    return new Promise((resolve, reject) => this.asked.push({ key, answer: () => resolve(value), fail: () => reject(new Error('locked')) }));
  }

  store(key: string, value: string): Promise<void> {
    this.kept.set(key, value);
    for (const listener of this.#listeners) listener({ key });
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.kept.delete(key);
    for (const listener of this.#listeners) listener({ key });
    return Promise.resolve();
  }
}

const ORIGIN = 'https://api.example.com';
const NAME = `agentRuntime.apiKey:${ORIGIN}`;

describe('ApiKeys', () => {
  let secrets: Secrets;
  let keys: ApiKeys;
  beforeEach(() => {
    secrets = new Secrets();
    keys = new ApiKeys(secrets);
  });

  /** A get that VS Code answers. */
  const read = async (): Promise<string | undefined> => {
    const key = keys.get(ORIGIN);
    secrets.asked.at(-1)?.answer();
    return key;
  };

  it('gives a key without waiting for VS Code, once it was read', async () => {
    secrets.kept.set(NAME, 'one');
    assert.equal(await read(), 'one');
    assert.equal(await keys.get(ORIGIN), 'one');
  });

  it('keeps a key for its own origin', async () => {
    secrets.kept.set(NAME, 'one');
    await read();
    const other = keys.get('https://other.example.com');
    secrets.asked.at(-1)?.answer();
    assert.equal(await other, undefined);
  });

  it('never keeps that there is no key', async () => {
    assert.equal(await read(), undefined);
    secrets.kept.set(NAME, 'from another window');
    assert.equal(await read(), 'from another window');
  });

  it('keeps that a server on plain http has none', async () => {
    const local = 'http://127.0.0.1:11434';
    const first = keys.get(local);
    secrets.asked.at(-1)?.answer();
    assert.equal(await first, undefined);
    assert.equal(await keys.get(local), undefined);
    await keys.set(local, 'one');
    const next = keys.get(local);
    secrets.asked.at(-1)?.answer();
    assert.equal(await next, 'one');
  });

  it('asks again after a change', async () => {
    secrets.kept.set(NAME, 'one');
    await read();
    await keys.set(ORIGIN, 'two');
    assert.equal(await read(), 'two');
    await keys.delete(ORIGIN);
    assert.equal(await read(), undefined);
  });

  it('keeps nothing that was read before a change', async () => {
    secrets.kept.set(NAME, 'one');
    const before = keys.get(ORIGIN);
    await keys.set(ORIGIN, 'two');
    secrets.asked.at(-1)?.answer();
    assert.equal(await before, 'one');
    assert.equal(await read(), 'two');
  });

  it('uses what another window did to a key from the next time on, also untold', async () => {
    secrets.kept.set(NAME, 'one');
    await read();
    secrets.kept.set(NAME, 'two');
    await read();
    assert.equal(await keys.get(ORIGIN), 'two');
    secrets.kept.delete(NAME);
    await read();
    assert.equal(await read(), undefined);
  });

  it('gives no known key any more where VS Code cannot be asked', async () => {
    secrets.kept.set(NAME, 'one');
    await read();
    const known = keys.get(ORIGIN);
    secrets.asked.at(-1)?.fail();
    assert.equal(await known, 'one');
    await new Promise((resolve) => setImmediate(resolve));
    const next = keys.get(ORIGIN);
    secrets.asked.at(-1)?.fail();
    await assert.rejects(next, /locked/);
  });

  it('stops listening', () => {
    keys.dispose();
    assert.equal(secrets.listeners, 0);
  });
});
