import { html, nothing } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import { copyButton } from '../ui/copyButton.ts';
import { spokenPath, visiblePath } from '../ui/visibleText.ts';
import { matchWords, ruleText, scopeWords, untils, untilWords, type AllowForm } from './AllowForm.ts';
import type { ApprovalPage } from './page.ts';

const goesTo = { session: 'for this session', workspace: 'for this workspace', user: 'to your settings, and holds everywhere' } as const;

interface Choice {
  value: string;
  words: string;
}

function select(label: string, options: readonly Choice[], chosen: string, fixed: boolean, choose: (value: string) => void): TemplateResult {
  const changed = (event: Event): void => {
    if (event.target instanceof HTMLSelectElement) choose(event.target.value);
  };
  return html`<label class=${label.toLowerCase()}
    ><span class="hint">${label}</span
    ><select class="field" ?disabled=${fixed} @change=${changed}>
      ${options.map(({ value, words }) => html`<option value=${value} ?selected=${value === chosen}>${spokenPath(words)}</option>`)}
    </select></label
  >`;
}

/** The rule that lets calls like this one run from now on, exactly as it will be made. */
export function allowPanel(page: ApprovalPage, form: AllowForm): TemplateResult {
  const { approval, matches, sent, closed, on, now } = page;
  const { paths, scopes } = form.choices;
  const fixed = sent !== undefined || closed !== undefined;
  const choose = (change: (form: AllowForm) => void): void => on.rule(change);
  const chosenScope = (value: string): void => {
    const scope = scopes.find((each) => each === value);
    if (scope !== undefined) choose((changed) => (changed.scope = scope));
  };
  const chosenUntil = (value: string): void => {
    const until = untils.find((each) => each === value);
    if (until !== undefined) choose((changed) => changed.chooseUntil(until, now));
  };
  const text = ruleText(form.rule);
  return html`<section class="panel allow" aria-labelledby="allow">
    <h2 id="allow">Allow from now on</h2>
    <div class="choices">
      ${select(
        'Agent',
        [
          { value: 'this', words: approval.agent },
          { value: 'any', words: 'Any agent' },
        ],
        form.anyAgent ? 'any' : 'this',
        fixed,
        (value) => choose((changed) => (changed.anyAgent = value === 'any')),
      )}
      ${select('Files', paths.map(({ glob, title }) => ({ value: glob, words: `${glob} · ${title}` })), form.glob, fixed, (value) => choose((changed) => (changed.glob = value)))}
      ${select('Where', scopes.map((scope) => ({ value: scope, words: scopeWords[scope] })), form.scope, fixed, chosenScope)}
      ${select('Until', untils.map((until) => ({ value: until, words: untilWords[until] })), form.until, fixed, chosenUntil)}
    </div>
    <div class="code rule">
      <header><span class="grow">This rule will be added ${goesTo[form.scope]}</span>${copyButton('Copy', () => text)}</header>
      <pre tabindex="0" role="group" aria-label="The rule as it is written">${visiblePath(text, 'block')}</pre>
    </div>
    <span class="hint"
      >${matches === undefined ? 'Counting the files that it matches…' : `Matches ${matchWords(matches).toLowerCase()}.`} Protected files such as <code>.env</code> and <code>.vscode/</code> still
      ask.${closed === undefined ? nothing : ' It was not added.'}</span
    >
  </section>`;
}
