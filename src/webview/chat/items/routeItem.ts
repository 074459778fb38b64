import { html } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import type { RouteItem } from '../../../protocol/webview.ts';
import { agentIcon, agentName } from '../../ui/agent.ts';
import { icon } from '../../ui/icon.ts';
import { spokenText, visibleText } from '../../ui/visibleText.ts';

/** "Orchestrator → Coder · writes code · high". */
export function routeItem({ from, to, reason, confidence }: RouteItem): TemplateResult {
  return html`<div class="route" title="${spokenText(reason)} · ${confidence}">
    <span class="who">${icon(agentIcon(from), { small: true })}${agentName(from)}</span>
    ${icon('arrow-right', { small: true })}<span class="sr">hands over to</span>
    <b class="who">${icon(agentIcon(to), { small: true })}${agentName(to)}</b>
    <span class="sep">${visibleText(reason, 'block')} · ${confidence}</span>
  </div>`;
}
