import * as assert from 'node:assert/strict';
import { Answering } from '../../../../src/webview/chat/Answering.ts';
import { FakePage } from '../FakePage.ts';

describe('Answering', () => {
  let page: FakePage;
  beforeEach(() => {
    page = new FakePage();
    page.install();
  });
  afterEach(() => page.remove());

  /** Resolves when the choices of a question have stood long enough. */
  const settled = (questionId: string): Promise<Answering> =>
    new Promise((resolve) => {
      const answering = new Answering(() => resolve(answering));
      answering.waits(questionId);
      assert.equal(answering.ready, false);
      assert.equal(answering.press(questionId), false);
    });

  it('counts no press that was meant for what stood there before, and one after that', async () => {
    const answering = await settled('q');
    assert.equal(answering.ready, true);
    assert.equal(answering.press('another'), false);
    assert.equal(answering.press('q'), true);
    assert.equal(answering.ready, false);
    assert.equal(answering.press('q'), false);
  });

  it('counts a press again where the host says that the question still waits', async () => {
    const answering = await settled('q');
    answering.press('q');
    answering.waits('q');
    assert.equal(answering.ready, false);
    answering.reset();
    assert.equal(answering.press('q'), true);
  });

  it('waits anew for another question, and for none', async () => {
    const answering = await settled('q');
    answering.waits('next');
    assert.equal(answering.ready, false);
    answering.waits(undefined);
    assert.equal(answering.press('next'), false);
  });

  it('counts nothing in a page without the focus', async () => {
    const answering = await settled('q');
    page.blur();
    assert.equal(answering.press('q'), false);
  });
});
