import { html } from 'lit-html';
import type { TemplateResult } from 'lit-html';
import { icon } from './icon.ts';

const restarts: Readonly<Record<string, string>> = { reloadWindow: 'Reload the window', restartExtensionHost: 'Restart the extension host' };
const title = 'Connection lost';
const detail = 'VS Code’s extension host stopped, or is restarting. Everything you sent is kept.';

/** The same for screen readers. */
export const spokenConnectionLost = `${title}. ${detail}`;

/** Over the page while nobody hears it. Its links work all the same: VS Code itself runs them. */
export function connectionLost(): TemplateResult {
  // which one VS Code has here, the host wrote into the page
  const restart = document.body.dataset['restart'] ?? 'restartExtensionHost';
  return html`<section class="lost" aria-label=${title}>
    ${icon('debug-disconnect', { tone: 'attention' })}
    <p class="grow">
      <span class="strong">${title}</span> <span>${detail}</span>
      <span class="links"
        ><a href="command:agentRuntime.openChat">Open the chat again</a>
        <a href="command:workbench.action.${restart}">${restarts[restart]}</a></span
      >
    </p>
  </section>`;
}
