import type { Preset } from '../../../protocol/policy.ts';
import type { ChatState } from '../../../protocol/webview.ts';
import type { PickerView } from './Picker.ts';

const icons: Readonly<Record<Preset, string>> = { askAll: 'shield', askWrites: 'shield', trustEdits: 'edit', readOnly: 'eye' };

type State = Pick<ChatState, 'approvals' | 'workspace' | 'owner'>;

/** Where approvals are off, and nothing stricter holds. */
export function areApprovalsOff({ approvals: { enabled, preset } }: Pick<ChatState, 'approvals'>): boolean {
  return !enabled && preset !== 'readOnly';
}

/** What holds, in words: where that is not the preset, they say so. */
export function presetWordsNow(state: State): Pick<PickerView, 'face' | 'tip'> {
  const { preset, choices } = state.approvals;
  const { title = preset, purpose = '' } = choices.find((choice) => choice.preset === preset) ?? {};
  if (state.workspace === 'untrusted') {
    const tip = `The workspace is not trusted, so agents change nothing and run nothing in it. “${title}” holds once you trust it.`;
    return { face: { icon: 'shield', words: 'Read only, not trusted' }, tip };
  }
  if (areApprovalsOff(state)) {
    const tip = 'Agents write and run commands without asking you; only protected files still ask. The setting agentRuntime.approvals.enabled turns approvals on again.';
    return { face: { icon: 'warning', tone: 'attention', words: 'Approvals are off' }, tip };
  }
  return { face: { icon: 'shield', words: title }, tip: `Approvals: ${title}, ${purpose}` };
}

/** How freely agents work, and what can be chosen. */
export function presetChoices(state: State): PickerView {
  const { preset, choices } = state.approvals;
  return {
    choices: choices.map((choice) => ({ name: choice.preset, title: choice.title, purpose: choice.purpose, icon: icons[choice.preset] })),
    chosen: preset,
    enabled: state.owner === 'here',
    ...presetWordsNow(state),
  };
}
