import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/bus/Disposable.ts';
import type { Core } from '../../core/createCore.ts';
import { RULES_SETTING } from '../../core/hitl/userRules.ts';
import type { Clock } from '../../core/ports/Clock.ts';
import type { Log } from '../../core/ports/Log.ts';
import { openSettingsFile } from '../commands/openSettings.ts';
import { showApprovalsOff } from '../statusBar/approvalsOffStatus.ts';
import { showWaiting } from '../statusBar/waitingStatus.ts';
import { ApprovalCommands, type OpenDialogs } from './ApprovalCommands.ts';
import { ApprovalNotifications } from './ApprovalNotifications.ts';
import { approvalsView } from './approvalsView.ts';
import { manageRules } from './manageRules.ts';
import { PendingApprovals } from './PendingApprovals.ts';
import { PolicyNews } from './PolicyNews.ts';
import { prompts } from './prompts.ts';
import { Rejections } from './Rejections.ts';
import { RuleList } from './RuleList.ts';
import { tellInvalidRules } from './tellInvalidRules.ts';
import type { Names } from './waiting.ts';

export interface ApprovalSurfacesDependencies extends Names {
  core: Pick<Core, 'bus' | 'hitl' | 'policy'>;
  dialogs: OpenDialogs;
  /** The chats that are open, and whether the person has each before them. */
  chats: { readonly sessions: readonly { sessionId: string; title: string; visible: boolean }[] };
  clock: Clock;
  log: Log;
}

/** VS Code's own surfaces of approvals: the view, its badge, the status bar, notifications, and the commands. */
export class ApprovalSurfaces implements Disposable {
  readonly commands: ApprovalCommands;
  readonly #disposables = new DisposableStore();
  readonly #rules: RuleList;
  readonly #policy: Core['policy'];

  constructor({ core: { bus, hitl, policy }, dialogs, chats, clock, log, titleOf, agentTitle }: ApprovalSurfacesDependencies) {
    const messages = vscode.window;
    const pending = this.#disposables.add(new PendingApprovals({ bus, hitl, clock, titleOf, agentTitle }));
    const rejections = new Rejections({ hitl, messages, clock, log });
    const chatIsVisible = (id: string): boolean => chats.sessions.some(({ sessionId, visible }) => visible && sessionId === id);
    const review = (id: string): void => dialogs.review(id);
    this.#disposables.add(new ApprovalNotifications({ bus, pending, rejections, messages, chatIsVisible, review }));
    this.#disposables.add(approvalsView(pending));
    this.#disposables.add(showWaiting(pending));
    const news = new PolicyNews({ policy, log });
    this.#disposables.add(showApprovalsOff(news));
    this.#disposables.add(tellInvalidRules({ policy: news, messages, openSettings: () => openSettingsFile(RULES_SETTING) }));
    this.commands = new ApprovalCommands({ pending, dialogs, rejections, prompts, messages });
    this.#policy = policy;
    this.#rules = new RuleList({ policy, sessions: () => chats.sessions, messages, clock, log });
  }

  manageRules(): void {
    manageRules(this.#rules, this.#policy);
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
