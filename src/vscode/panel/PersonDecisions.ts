import type { DecisionResult, HitlManager } from '../../core/hitl/HitlManager.ts';
import type { PolicyManager } from '../../core/hitl/PolicyManager.ts';
import type { Clock } from '../../core/ports/Clock.ts';
import type { Log } from '../../core/ports/Log.ts';
import { retryWhileBusy } from '../../core/retryWhileBusy.ts';
import type { OpenSession } from '../../core/sessions/OpenSessions.ts';
import { messageOf } from '../../core/tools/Tool.ts';
import type { Preset } from '../../protocol/policy.ts';
import type { ChatFromWebview, ChatToWebview } from '../../protocol/webview.ts';
import type { ModelSettingsStore } from '../config/ModelSettingsStore.ts';
import { foreignText } from '../foreignText.ts';

/** The surface that the decisions come from. */
const ACTOR = 'chat card';

const ALREADY = 'This was already decided.';
const OTHER = 'This is not what you were shown any more. Look at it as it is now.';
const ELSEWHERE = 'This session is not this window’s any more, so nothing was decided here.';

export interface PersonDecisionsDependencies {
  hitl: Pick<HitlManager, 'find' | 'decide' | 'shown'>;
  policy: Pick<PolicyManager, 'choosePreset'>;
  /** Puts back what a turn changed, or undoes an undo. Rejects in words for the person where it could not begin. */
  undo: (sessionId: string, changesId: string) => Promise<unknown>;
  /** The models that can be chosen. */
  modelSettings: Pick<ModelSettingsStore, 'read' | 'writeChosen'>;
  clock: Clock;
  log: Log;
}

interface PersonDecisionsOptions {
  open: Pick<OpenSession, 'id' | 'owned' | 'deleted' | 'session' | 'transcript'>;
  dependencies: PersonDecisionsDependencies;
  post: (message: ChatToWebview) => void;
  /** Shows the page how things are: it asked for something that is past. */
  refresh: () => void;
  /** Tells the person what failed. */
  tell: (text: string) => void;
}

type Sent<T extends ChatFromWebview['type']> = Extract<ChatFromWebview, { type: T }>;

/**
 * What the person decides in one session's chat: on a call that waits in that session, by the hash of what they were shown; how freely agents work; an
 * undo. The page is not trusted: it decides nothing else. Nothing here rejects: the page or a message tells what failed.
 */
export class PersonDecisions {
  readonly #options: PersonDecisionsOptions;

  constructor(options: PersonDecisionsOptions) {
    this.#options = options;
  }

  async approve({ approvalId, argumentsHash }: Sent<'approve'>): Promise<void> {
    const { clock, log } = this.#dependencies;
    let refused: string | undefined;
    try {
      // every try looks anew: the session may have changed hands meanwhile
      refused = await retryWhileBusy(clock, () => this.#approve(approvalId, argumentsHash));
    } catch (error) {
      log.error('A decision could not be saved', error);
      refused = `Your decision could not be saved, so nothing was decided: ${messageOf(error)}. Press Approve again.`;
    }
    if (refused !== undefined) this.#options.post({ type: 'notDecided', approvalId, reason: refused });
  }

  /** The card stands before the person. */
  shown(approvalId: string): void {
    if (this.#owned && this.#waits(approvalId)) this.#dependencies.hitl.shown(approvalId, ACTOR);
    else this.#dependencies.log.warn(`The chat of session ${this.#open.id} showed an approval that does not wait in it: ${approvalId}`);
  }

  async choosePreset(preset: Preset): Promise<void> {
    const { policy, clock, log } = this.#dependencies;
    try {
      if (this.#owned) await retryWhileBusy(clock, () => policy.choosePreset(preset, 'chat'));
      else this.#options.refresh();
    } catch (error) {
      log.error('A preset could not be saved', error);
      this.#options.tell(`Your choice could not be saved: ${foreignText(messageOf(error))}. Approvals are as they were. Try it again.`);
      this.#options.refresh();
    }
  }

  /** For every agent that has none of its own; empty: the offline model. */
  async chooseModel(name: string): Promise<void> {
    const { modelSettings, log } = this.#dependencies;
    // the page may show what was there before the settings changed
    if (name !== '' && !modelSettings.read().profiles.some((profile) => profile.name === name)) {
      log.warn(`The chat of session ${this.#open.id} chose a model that is not set up`);
      this.#options.refresh();
      return;
    }
    try {
      const written = modelSettings.writeChosen(name);
      // it counts from now on
      this.#options.refresh();
      await written;
    } catch (error) {
      log.error('A model could not be chosen', error);
      this.#options.tell(`The model could not be chosen, since your settings could not be written: ${foreignText(messageOf(error))}. It is the one before.`);
      this.#options.refresh();
    }
  }

  async undo(changesId: string): Promise<void> {
    const { undo, log } = this.#dependencies;
    // a turn that runs may change the files again
    if (!this.#owned || this.#open.transcript.running) {
      this.#options.refresh();
      return;
    }
    try {
      await undo(this.#open.id, changesId);
    } catch (error) {
      log.error('A turn could not be undone', error);
      this.#options.tell(`The files could not be put back: ${foreignText(messageOf(error))}`);
    }
    // where nothing came of it, it can be pressed again
    this.#options.refresh();
  }

  get #open(): PersonDecisionsOptions['open'] {
    return this.#options.open;
  }

  get #dependencies(): PersonDecisionsDependencies {
    return this.#options.dependencies;
  }

  get #owned(): boolean {
    return this.#open.owned && !this.#open.deleted;
  }

  /** Why nothing was decided, in words for the person; `undefined` where it was. */
  #approve(approvalId: string, argumentsHash: string): string | undefined {
    const { hitl } = this.#dependencies;
    if (!this.#owned) return this.#refuse(approvalId, ELSEWHERE);
    // what waits in another session is that one's to decide
    if (!this.#waits(approvalId)) return this.#refuse(approvalId, ALREADY);
    const result = hitl.decide({ approvalId, argumentsHash, decision: 'approve', feedback: '', actor: ACTOR });
    return result === 'decided' ? undefined : this.#refuse(approvalId, words[result]);
  }

  #waits(approvalId: string): boolean {
    return this.#dependencies.hitl.find(approvalId)?.sessionId === this.#open.id;
  }

  #refuse(approvalId: string, reason: string): string {
    this.#dependencies.log.warn(`The chat of session ${this.#open.id} approved ${approvalId}, which was not taken: ${reason}`);
    return reason;
  }
}

const words: Readonly<Record<Exclude<DecisionResult, 'decided'>, string>> = { already_decided: ALREADY, not_what_was_shown: OTHER };
