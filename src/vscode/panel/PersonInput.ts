import type { MultiAgentOrchestrator } from '../../core/orchestration/MultiAgentOrchestrator.ts';
import type { Clock } from '../../core/ports/Clock.ts';
import type { DraftStore } from '../../core/ports/DraftStore.ts';
import type { Log } from '../../core/ports/Log.ts';
import { retryWhileBusy } from '../../core/retryWhileBusy.ts';
import type { OpenSession } from '../../core/sessions/OpenSessions.ts';
import { messageOf } from '../../core/tools/Tool.ts';
import type { ChatFromWebview, ChatToWebview } from '../../protocol/webview.ts';
import { foreignText } from '../foreignText.ts';

const refusals = {
  elsewhere: 'This session is open in another window, so your message was not sent. Send it there, or here once that window is closed.',
  deleted: 'This session was deleted in another window, so your message was not sent. Copy it to a new session.',
} as const;

export interface PersonInputDependencies {
  orchestrator: Pick<MultiAgentOrchestrator, 'submit' | 'choose' | 'withdraw' | 'chooseAgent' | 'resume'>;
  drafts: DraftStore;
  clock: Clock;
  log: Log;
}

interface PersonInputOptions {
  open: OpenSession;
  dependencies: PersonInputDependencies;
  post: (message: ChatToWebview) => void;
  /** Shows the page how things are: it asked for something that is past. */
  refresh: () => void;
  /** Tells the person what failed. */
  tell: (text: string) => void;
}

type Sent<T extends ChatFromWebview['type']> = Extract<ChatFromWebview, { type: T }>;

/** What the person writes, answers and chooses in one session's chat. Nothing here rejects: the page or a message tells what failed. */
export class PersonInput {
  readonly #options: PersonInputOptions;

  constructor(options: PersonInputOptions) {
    this.#options = options;
  }

  /** A draft is its owner's; one that cannot be read keeps nobody from reading the session. */
  get draft(): string {
    if (!this.#owned) return '';
    try {
      return this.#dependencies.drafts.draft(this.#open.id);
    } catch (error) {
      this.#dependencies.log.error('A draft could not be read', error);
      return '';
    }
  }

  saveDraft(text: string): void {
    if (!this.#owned) return;
    try {
      this.#dependencies.drafts.saveDraft(this.#open.id, text);
      this.#options.post({ type: 'draftKept', text });
    } catch (error) {
      this.#dependencies.log.error('A draft could not be saved', error);
    }
  }

  async send({ messageId, text, answerTo }: Sent<'send'>): Promise<void> {
    if (text.trim() === '') return;
    if (this.#open.deleted) {
      this.#options.post({ type: 'refused', messageId, reason: refusals.deleted });
      return;
    }
    try {
      const { orchestrator, clock } = this.#dependencies;
      const message = { messageId, text, ...(answerTo === undefined ? {} : { answerTo }) };
      const answer = await retryWhileBusy(clock, () => orchestrator.submit(this.#open.id, message));
      if (answer === 'elsewhere') {
        this.#options.post({ type: 'refused', messageId, reason: refusals[answer] });
        return;
      }
      // first: a page that goes in between must not find its message as a draft again
      this.#forgetDraft(text);
      this.#options.post({ type: 'accepted', messageId });
    } catch (error) {
      this.#dependencies.log.error('A message could not be saved', error);
      this.#options.post({ type: 'refused', messageId, reason: `Your message could not be saved, so it was not sent: ${messageOf(error)}` });
    }
  }

  async choose({ questionId, messageId, choice }: Sent<'choose'>): Promise<void> {
    const { orchestrator } = this.#dependencies;
    const answer = await this.#ask('Your answer could not be saved', () => orchestrator.choose(this.#open.id, { questionId, messageId, choice }));
    if (answer !== 'answered') this.#options.refresh();
  }

  /** A text that is to be edited is part of the draft before it leaves the queue: so it is never nowhere. */
  async withdraw({ messageId, edit }: Sent<'withdraw'>): Promise<void> {
    const { orchestrator } = this.#dependencies;
    const { draft } = this;
    const queued = this.#open.session.queue.find((message) => message.messageId === messageId);
    if (queued === undefined) {
      this.#options.refresh();
      return;
    }
    const joined = draft === '' ? queued.text : `${queued.text}\n\n${draft}`;
    if (edit) this.saveDraft(joined);
    const answer = await this.#ask('Your message could not be taken back', () => orchestrator.withdraw(this.#open.id, messageId));
    if (typeof answer === 'object') {
      this.#options.post({ type: edit ? 'withdrawn' : 'removed', messageId, text: answer.text });
      return;
    }
    // it is in the queue still, or with a model
    if (edit && this.draft === joined) this.saveDraft(draft);
    this.#options.refresh();
  }

  async chooseAgent(agent: string): Promise<void> {
    const { orchestrator } = this.#dependencies;
    const answer = await this.#ask('The agent could not be chosen', () => orchestrator.chooseAgent(this.#open.id, agent));
    if (answer !== 'chosen') this.#options.refresh();
  }

  resume(): void {
    try {
      this.#dependencies.orchestrator.resume(this.#open.id);
    } catch (error) {
      this.#dependencies.log.error('A turn could not go on', error);
      this.#options.tell(`“${foreignText(this.#open.session.title)}” could not go on: ${foreignText(messageOf(error))}. Nothing ran. Try it again.`);
    }
  }

  get #open(): OpenSession {
    return this.#options.open;
  }

  get #dependencies(): PersonInputDependencies {
    return this.#options.dependencies;
  }

  /** Whether something can be said and decided in it here. */
  get #owned(): boolean {
    return this.#open.owned && !this.#open.deleted;
  }

  /** `undefined` where it failed, which the person is told, or where the session is not this window's. */
  async #ask<T>(failure: string, run: () => T): Promise<T | undefined> {
    if (!this.#owned) return undefined;
    try {
      return await retryWhileBusy(this.#dependencies.clock, run);
    } catch (error) {
      this.#dependencies.log.error(failure, error);
      this.#options.tell(`${failure}: ${foreignText(messageOf(error))}. Nothing was changed. Try it again.`);
      return undefined;
    }
  }

  /** What was typed behind the message stays a draft. The page said what stood in its input before it sent that. */
  #forgetDraft(sent: string): void {
    const { draft } = this;
    if (draft.startsWith(sent)) this.saveDraft(draft.slice(sent.length));
  }
}
