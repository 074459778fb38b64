import { presets, presetWords } from '../../protocol/policy.ts';
import type { AuditEntry } from '../ports/AuditLog.ts';
import { WORKSPACE } from './auditEntry.ts';
import { plainPath, plainText } from '../../text/hiddenText.ts';

/** Characters of a title, an object or a rule that a line has. */
const TITLE = 40;
const LONG = 2_000;
/** Calls whose object is remembered for the lines that follow. */
const REMEMBERED = 1_000;

const surfaces: Readonly<Record<string, string>> = {
  'approval dialog': 'in the dialog',
  'chat card': 'in the chat',
  chat: 'in the chat',
  notification: 'in a notification',
  command: 'by a command',
  view: 'in the list of approvals',
};

const sources: Readonly<Record<string, string>> = {
  restricted: 'Restricted Mode',
  protected: 'the protection of files',
  session: 'a rule of this session',
  workspace: 'a rule of this workspace',
  user: 'a rule of yours',
  preset: 'the preset',
  switch: 'the switch that turns approvals off',
  nature: 'what the tool is',
};

const scopes: Readonly<Record<string, string>> = { session: 'for this session', workspace: 'for this workspace', user: 'everywhere' };
const verdicts: Readonly<Record<string, string>> = { allow: 'may run', ask: 'has to be asked for', deny: 'is refused' };
const questions: Readonly<Record<string, string>> = { followup: 'asked you a question', step_limit: 'asked whether to go on after many steps', repeated_call: 'asked whether to go on after a repeated call' };
const ends: Readonly<Record<string, string>> = { error: 'failed', rejected: 'was rejected', cancelled: 'was cancelled', unknown: 'has an unknown outcome: VS Code closed on it' };
const decisions: Readonly<Record<string, string>> = { approve: 'You approved', edit: 'You edited it and approved that,', reject: 'You rejected' };

interface Dependencies {
  /** `undefined` for a session that is not there any more. */
  titleOf: (sessionId: string) => string | undefined;
  agentTitle: (name: string) => string;
}

/** Entries of the audit log in words, one line each. To be asked in their order: a line may say what an earlier one was about. */
export class AuditWords {
  readonly #dependencies: Dependencies;
  readonly #objects = new Map<string, string>();
  /** Undos, by whether they redo what another had put back. */
  readonly #undos = new Map<string, boolean>();

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  line(entry: AuditEntry): string {
    return `${localTime(entry.timestamp)} [${this.#session(entry)}] ${this.#happened(entry)}`;
  }

  #session({ sessionId }: AuditEntry): string {
    if (sessionId === WORKSPACE) return 'workspace';
    const title = this.#dependencies.titleOf(sessionId);
    return title === undefined ? 'deleted session' : shortened(plainText(title), TITLE);
  }

  #happened(entry: AuditEntry): string {
    const { type } = entry;
    if (type.startsWith('tool.')) return this.#ofTool(entry);
    if (type.startsWith('hitl.rule.') || type === 'hitl.preset.changed' || type === 'hitl.settings.changed') return ofPolicy(entry);
    if (type.startsWith('session.')) return ofSession(entry, this.#redoes(entry));
    return this.#ofApproval(entry);
  }

  #ofTool(entry: AuditEntry): string {
    const call = this.#call(entry);
    switch (entry.type) {
      case 'tool.execution.requested':
        return `The model asked for ${call}`;
      case 'tool.approval.required':
        return `${call} needs your approval${because(entry)}`;
      case 'tool.execution.started':
        return `${call} started`;
      case 'tool.execution.completed':
        return `${call} is done`;
      case 'tool.execution.failed':
        return `${call} ${word(ends, entry.outcome)}`;
      default:
        return unknown(entry);
    }
  }

  #ofApproval(entry: AuditEntry): string {
    switch (entry.type) {
      case 'hitl.verdict.given':
        return `${this.#call(entry)} of ${this.#agent(entry)} ${word(verdicts, entry.outcome)}, by ${word(sources, entry.source)}${because(entry)}`;
      case 'hitl.approval.requested':
        return `${this.#agent(entry)} asked to run ${this.#call(entry)}${because(entry)}`;
      case 'hitl.approval.shown':
        return `The question was shown ${where(entry)}`;
      case 'hitl.decision.made':
        return `${word(decisions, entry.outcome)} ${where(entry)}${this.#about(entry)}`;
      case 'hitl.timeout.occurred':
        return `Nobody decided in time, which rejects${this.#about(entry)}`;
      case 'hitl.question.asked':
        return `${this.#agent(entry)} ${word(questions, entry.outcome)}`;
      case 'hitl.question.answered':
        return `You answered ${where(entry)}`;
      default:
        return unknown(entry);
    }
  }

  #agent({ actor = 'somebody' }: AuditEntry): string {
    return plainText(this.#dependencies.agentTitle(actor));
  }

  #call(entry: AuditEntry): string {
    const object = this.#object(entry);
    return `${plainText(entry.tool ?? 'a tool')}${object === undefined ? '' : ` on ${object}`}`;
  }

  #about(entry: AuditEntry): string {
    const object = this.#object(entry);
    return object === undefined ? '' : `: ${object}`;
  }

  #redoes({ undoId, of = '' }: AuditEntry): boolean {
    if (undoId === undefined) return false;
    const redoes = this.#undos.get(undoId) ?? this.#undos.get(of) === false;
    this.#undos.set(undoId, redoes);
    return redoes;
  }

  #object({ sessionId, callId = '', object }: AuditEntry): string | undefined {
    const key = `${sessionId}/${callId}`;
    if (object === undefined || object === '') return this.#objects.get(key);
    const plain = shortened(plainPath(object), LONG);
    this.#objects.delete(key);
    this.#objects.set(key, plain);
    const [oldest] = this.#objects.keys();
    if (this.#objects.size > REMEMBERED && oldest !== undefined) this.#objects.delete(oldest);
    return plain;
  }
}

function ofPolicy(entry: AuditEntry): string {
  const { type, scope, rule = '', preset, outcome } = entry;
  const at = entry.actor === undefined ? '' : ` ${where(entry)}`;
  const written = shortened(plainPath(rule), LONG);
  switch (type) {
    case 'hitl.rule.added':
      return `Rule added ${word(scopes, scope)}${at}: ${written}`;
    case 'hitl.rule.removed':
      return `Rule taken back ${word(scopes, scope)}${at}: ${written}`;
    case 'hitl.preset.changed': {
      const known = presets.find((one) => one === preset);
      return `You chose “${known === undefined ? plainText(preset ?? '') : presetWords[known].title}”${at}`;
    }
    default:
      return `Your settings of approvals are others: ${outcome === 'off' ? 'approvals are off' : 'approvals are on'}, rules ${written}`;
  }
}

/** `redoes`: what an undo had put back is changed again. */
function ofSession(entry: AuditEntry, redoes: boolean): string {
  const { type, files = [], refused = [] } = entry;
  switch (type) {
    case 'session.undo.started':
      return `${redoes ? 'You changed files again' : 'You put files back'}: ${names(files)}`;
    case 'session.undo.completed':
      return `${redoes ? 'Changed again' : 'Put back'}: ${names(files)}${refused.length === 0 ? '' : `. Left alone: ${names(refused)}`}`;
    case 'session.deleted':
      return 'You deleted the session';
    case 'session.restored':
      return 'You took the deletion back';
    default:
      return unknown(entry);
  }
}

function names(files: readonly string[]): string {
  return files.length === 0 ? 'nothing' : shortened(files.map(plainPath).join(', '), LONG);
}

function because({ rule }: AuditEntry): string {
  return rule === undefined || rule === '' ? '' : ` (${shortened(plainText(rule), LONG)})`;
}

function where({ actor = '' }: AuditEntry): string {
  return (Object.hasOwn(surfaces, actor) ? surfaces[actor] : undefined) ?? `by ${plainText(actor)}`;
}

/** An entry of a newer version. */
function unknown({ type, outcome }: AuditEntry): string {
  return plainText(outcome === undefined ? type : `${type}: ${outcome}`);
}

function word(words: Readonly<Record<string, string>>, key = ''): string {
  return (Object.hasOwn(words, key) ? words[key] : undefined) ?? plainText(key);
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** "2026-11-23 14:05:09" where the person is. */
function localTime(timestamp: string): string {
  const time = new Date(timestamp);
  if (Number.isNaN(time.getTime())) return plainText(timestamp);
  const two = (part: number): string => String(part).padStart(2, '0');
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${date} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}`;
}
