import { html } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { RouteItem } from '../../../protocol/webview.ts';
import { agentIcon, agentName } from '../../ui/agent.ts';
import { icon } from '../../ui/icon.ts';
import { spokenText, visibleText } from '../../ui/visibleText.ts';

/** "Orchestrator → Coder · writes code · high". A hand-over, and a choice of the person, have no confidence. Who leaves it to the Orchestrator has chosen "Auto". */
export function routeItem({ from, to, reason, confidence }: RouteItem): TemplateResult {
  const auto = to === 'orchestrator';
  const rest = confidence === undefined ? '' : ` · ${confidence}`;
  return html`<div class="route" title="${spokenText(reason)}${rest}">
    <span class="who">${icon(agentIcon(from), { small: true })}${agentName(from)}</span>
    ${icon('arrow-right', { small: true })}<span class="sr">hands over to</span>
    <b class="who">${icon(auto ? 'agent' : agentIcon(to), { small: true })}${auto ? 'Auto' : agentName(to)}</b>
    <span class="sep">${visibleText(reason, 'block')}${rest}</span>
  </div>`;
}
