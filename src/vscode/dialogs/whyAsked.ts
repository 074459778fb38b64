import { scopeWords } from '../../core/hitl/policy.ts';
import { protection, type JudgedPath } from '../../core/hitl/protectedFiles.ts';
import type { WorkspaceFolder } from '../../core/ports/Workspace.ts';
import type { EventData } from '../../protocol/events.ts';
import { ruleScopes } from '../../protocol/policy.ts';
import type { ApprovalView, Words } from '../../protocol/approvalWebview.ts';
import { strangeCharacters } from './strangeCharacters.ts';

type Asked = EventData<'hitl.approval.requested'>;

/** Why the person is asked, and what an approval of theirs holds for. `paths`: what the call would work on now, where that is known. */
export function whyAsked(data: Asked, { paths, folders, again }: { paths: readonly JudgedPath[] | undefined; folders: readonly WorkspaceFolder[]; again: boolean }): ApprovalView['why'] {
  const { preview } = data;
  return {
    rule: [...ruleWords(data), ...(again ? [] : [` ${data.reason}`])],
    checked: checkedWords(paths ?? [{ relative: preview.path, real: preview.path }], folders, data.source === 'protected' && !again),
    boundTo:
      preview.diff === undefined
        ? ['These arguments. If they lead to another file when it runs, you are asked again.']
        : ['This change and this version of the file. If either differs when it runs, you are asked again.'],
  };
}

function ruleWords({ rule, source, tool }: Asked): Words {
  const scope = ruleScopes.find((each) => each === source);
  if (scope !== undefined) return [{ code: rule }, ` · a rule ${scopeWords[scope]}.`];
  return rule.startsWith(`${tool} `) ? [{ code: tool }, `${rule.slice(tool.length)}.`] : [`${rule.charAt(0).toUpperCase()}${rule.slice(1)}.`];
}

/** `told`: the reason says already that it is protected. */
export function checkedWords(paths: readonly JudgedPath[], folders: readonly WorkspaceFolder[], told = false): Words {
  const found = paths.map((path) => ({ ...path, why: protection(path, folders), strange: strangeCharacters(path.relative) }));
  const kept = [
    'Inside the workspace',
    ...(found.some(({ why }) => why !== undefined) ? [] : ['not protected']),
    ...(found.some(({ relative, real }) => relative !== real) ? [] : ['no link on the path']),
  ];
  const words: Words = [`${kept.join(', ')}.`];
  for (const { relative, real, why, strange } of found) {
    if (why !== undefined && !told) words.push(' Protected: ', { code: relative }, ` is ${why}.`);
    if (real !== relative) words.push(' ', { code: relative }, ' leads to ', { code: real }, ' through a link.');
    if (strange !== undefined) words.push(` ${strange}`);
  }
  return words;
}
