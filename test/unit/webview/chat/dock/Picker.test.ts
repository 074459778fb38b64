import * as assert from 'node:assert/strict';
import { Picker, type PickerView } from '../../../../../src/webview/chat/dock/Picker.ts';

const view: PickerView = {
  choices: ['Ask for everything', 'Ask for writes', 'Read only'].map((title) => ({ name: title, title, purpose: '', icon: 'shield' })),
  chosen: 'Ask for writes',
  enabled: true,
  face: { icon: 'shield', words: 'Ask for writes' },
  tip: '',
};

describe('Picker', () => {
  let happened: string[];
  let picker: Picker;
  beforeEach(() => {
    happened = [];
    picker = new Picker({ kind: 'preset', label: 'Approvals', choose: (name) => happened.push(name), changed: () => undefined, focusInput: () => happened.push('input') });
    picker.template(view);
  });

  /** Presses keys one after the other; gives those that the picker kept for itself. */
  const press = (...keys: string[]): string[] =>
    keys.filter((key) => {
      const event = Object.assign(new Event('keydown', { cancelable: true }), { key, ctrlKey: false, altKey: false, metaKey: false, isComposing: false });
      picker.key(event);
      return event.defaultPrevented;
    });

  it('opens at what holds, and takes by Enter what the arrows reach', () => {
    assert.deepEqual(press('ArrowDown', 'ArrowDown', 'Enter'), ['ArrowDown', 'ArrowDown', 'Enter']);
    assert.deepEqual(happened, ['Read only', 'input']);
    press('ArrowUp', 'ArrowUp', 'Enter');
    assert.deepEqual(happened.slice(2), ['Ask for everything', 'input']);
  });

  it('chooses nothing by Esc, and nothing anew', () => {
    press('ArrowDown', 'End', 'Escape');
    assert.deepEqual(happened, []);
    press('ArrowDown', 'Enter');
    assert.deepEqual(happened, ['input']);
  });

  it('leaves Enter alone while it is closed, and Tab always', () => {
    assert.deepEqual(press('Enter', 'a'), []);
    assert.deepEqual(press('ArrowDown', 'Home', 'Tab'), ['ArrowDown', 'Home']);
    assert.deepEqual(happened, ['Ask for everything']);
  });

  it('goes to what begins with what is typed', () => {
    press('ArrowDown', 'r', 'Enter');
    assert.deepEqual(happened, ['Read only', 'input']);
  });

  it('takes a step that is none of the things that hold, and leaves the focus to what that opens', () => {
    const step = { name: 'Ask for writes', title: 'Another…', purpose: '', icon: 'add', take: () => happened.push('step') };
    picker.template({ ...view, choices: [...view.choices, step] });
    press('ArrowDown', 'End', 'Enter');
    assert.deepEqual(happened, ['step']);
    // it opens at what holds, and not at the step of the same name
    press('ArrowDown', 'ArrowDown', 'Enter');
    assert.deepEqual(happened, ['step', 'Read only', 'input']);
  });

  it('opens at the first where none of them holds, and takes any', () => {
    picker.template({ ...view, chosen: undefined });
    press('ArrowDown', 'Enter');
    assert.deepEqual(happened, ['Ask for everything', 'input']);
  });

  it('opens nowhere where nothing can be chosen', () => {
    picker.template({ ...view, enabled: false });
    press('ArrowDown', 'End', 'Enter');
    assert.deepEqual(happened, []);
  });
});
