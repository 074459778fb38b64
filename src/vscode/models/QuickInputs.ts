import * as vscode from 'vscode';
import type { Answer, Frame, InputOptions, PickGroup, PickItem, PickManyOptions, PickOptions, Prompts } from './Prompts.ts';

type Input = vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox;

interface ValueItem<T> extends vscode.QuickPickItem {
  /** None for the title of a group. */
  entry?: PickItem<T>;
}

/** The prompts by VS Code's own lists and boxes. What was shown stays until the next is shown, so that nothing flickers. */
export class QuickInputs implements Prompts {
  #shown: Input | undefined;

  pick<T>(options: PickOptions<T>): Promise<Answer<T>> {
    const pick = vscode.window.createQuickPick<ValueItem<T>>();
    const fill = (groups: readonly PickGroup<T>[], active: T | undefined): void => {
      pick.items = groups.flatMap(itemsOf);
      const item = pick.items.find(({ entry }) => entry !== undefined && entry.value === active);
      if (item !== undefined) pick.activeItems = [item];
    };
    pick.placeholder = options.placeholder;
    pick.prompt = options.words;
    pick.matchOnDescription = true;
    pick.matchOnDetail = true;
    pick.keepScrollPosition = true;
    fill(options.groups, options.active);
    return this.#ask(pick, options, (answer) => {
      pick.onDidAccept(() => {
        const entry = pick.selectedItems[0]?.entry;
        if (entry !== undefined) answer({ kind: 'done', value: entry.value });
      });
      if (options.later !== undefined) void this.#later(pick, options.later, (groups) => fill(groups, pick.activeItems[0]?.entry?.value ?? options.active));
    });
  }

  pickMany<T>(options: PickManyOptions<T>): Promise<Answer<T[]>> {
    const pick = vscode.window.createQuickPick<ValueItem<T>>();
    pick.placeholder = options.placeholder;
    pick.canSelectMany = true;
    pick.items = options.items.map(itemOf);
    pick.selectedItems = pick.items.filter((_, index) => options.items[index]?.picked === true);
    return this.#ask(pick, options, (answer) => {
      pick.onDidAccept(() => answer({ kind: 'done', value: pick.selectedItems.flatMap(({ entry }) => (entry === undefined ? [] : [entry.value])) }));
    });
  }

  input({ value, prompt, placeholder, password = false, words, check, ...frame }: InputOptions): Promise<Answer<string>> {
    const box = vscode.window.createInputBox();
    box.value = value;
    box.valueSelection = [0, value.length];
    box.prompt = prompt;
    box.placeholder = placeholder;
    box.password = password;
    box.validationMessage = words;
    return this.#ask(box, frame, (answer) => {
      box.onDidChangeValue((typed) => (box.validationMessage = typed === '' ? undefined : check(typed)));
      box.onDidAccept(() => {
        const wrong = check(box.value);
        if (wrong === undefined) answer({ kind: 'done', value: box.value });
        else box.validationMessage = wrong;
      });
    });
  }

  async wait<T>({ text, ...frame }: Frame & { text: string }, run: (signal: AbortSignal) => Promise<T>): Promise<Answer<T>> {
    const pick = vscode.window.createQuickPick();
    pick.placeholder = text;
    pick.busy = true;
    const abort = new AbortController();
    const result = run(abort.signal);
    const left = this.#ask<T>(pick, frame, () => undefined);
    const first = await Promise.race([left, result.then((value): Answer<T> => ({ kind: 'done', value }))]);
    if (first.kind !== 'done') {
      abort.abort();
      // whatever comes of it now is nobody's any more
      result.catch(() => undefined);
    }
    return first;
  }

  close(): void {
    this.#shown?.dispose();
    this.#shown = undefined;
  }

  #ask<T>(input: Input, { title, step, totalSteps, back }: Frame, listen: (answer: (answer: Answer<T>) => void) => void): Promise<Answer<T>> {
    input.title = title;
    input.step = step;
    input.totalSteps = totalSteps;
    // a key is fetched from another window
    input.ignoreFocusOut = true;
    input.buttons = back ? [vscode.QuickInputButtons.Back] : [];
    return new Promise((resolve) => {
      listen(resolve);
      input.onDidTriggerButton(() => resolve({ kind: 'back' }));
      input.onDidHide(() => resolve({ kind: 'cancelled' }));
      const before = this.#shown;
      this.#shown = input;
      input.show();
      before?.dispose();
    });
  }

  async #later<T>(pick: vscode.QuickPick<ValueItem<T>>, later: NonNullable<PickOptions<T>['later']>, fill: (groups: readonly PickGroup<T>[]) => void): Promise<void> {
    const shown = (): boolean => this.#shown === pick;
    pick.busy = true;
    await later((groups) => {
      if (shown()) fill(groups);
    });
    if (shown()) pick.busy = false;
  }
}

function itemsOf<T>({ title, items }: PickGroup<T>, index: number): ValueItem<T>[] {
  if (items.length === 0) return [];
  const separator = title === '' && index === 0 ? [] : [{ label: title, kind: vscode.QuickPickItemKind.Separator }];
  return [...separator, ...items.map(itemOf)];
}

function itemOf<T>(entry: PickItem<T>): ValueItem<T> {
  const { label, description, detail, icon, always } = entry;
  return {
    entry,
    label,
    ...(description === undefined ? {} : { description }),
    ...(detail === undefined ? {} : { detail }),
    ...(always === undefined ? {} : { alwaysShow: always }),
    ...(icon === undefined ? {} : { iconPath: new vscode.ThemeIcon(icon) }),
  };
}
