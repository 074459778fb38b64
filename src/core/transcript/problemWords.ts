import type { ErrorCode, ErrorInfo } from '../../protocol/errors.ts';
import type { ProblemItem } from '../../protocol/webview.ts';

type Words = Omit<ProblemItem, 'kind' | 'id'>;

/** How the request that failed had gone until then. */
export interface Failure {
  /** A part of the answer was shown, and stays: one goes on from there. */
  partial: boolean;
  /** How often it was sent. */
  tries: number;
}

/** The parts of an error as they stand in sentences. */
interface Parts {
  /** The server, or "The model". */
  host: string;
  /** "Status 401. ", or empty. */
  status: string;
  /** What was said of it, as a sentence with the space behind it; or empty. */
  said: string;
  /** "Tried 4 times. ", or empty. */
  tried: string;
  /** "It asks to wait 12 s. ", or empty. */
  wait: string;
  /** What is safe. */
  kept: string;
}

const VSCODE = 'VS Code’s model';
const KEPT = 'Your message is kept.';
const PARTIAL_KEPT = 'What came until then is kept, and no tool ran from it.';
/** Characters of what a server says that are worth reading; the log has the rest. */
const SAID = 400;

const words: Record<ErrorCode, (parts: Parts) => Words> = {
  model_key_missing: ({ host, kept }) => ({
    tone: 'error',
    title: `${host} needs an API key`,
    detail: `No key is stored for it. Set one, then retry. ${kept}`,
    actions: ['setApiKey', 'setUpModel', 'retry'],
  }),
  model_not_configured: ({ said, kept }) => ({
    tone: 'error',
    title: 'The model is not set up',
    detail: `${said}Set it up again, or choose another one. ${kept}`,
    actions: ['setUpModel', 'openSettings', 'retry'],
  }),
  model_auth: ({ host, status, kept }) => ({
    tone: 'error',
    title: `${host} refused the key`,
    detail: `${status}The key may be wrong, expired or of another organisation. Set another, then retry. ${kept}`,
    actions: ['setApiKey', 'retry', 'showLog'],
  }),
  model_no_permission: ({ said, kept }) => ({
    tone: 'error',
    title: 'VS Code’s model is not allowed yet',
    detail: `${said}Retry, and allow it when VS Code asks. ${kept}`,
    actions: ['retry', 'setUpModel', 'showLog'],
  }),
  model_quota: ({ host, status, said, kept }) => ({
    tone: 'error',
    title: `The quota at ${inSentence(host)} is used up`,
    detail: `${status}${said}Waiting does not help: add credit there, or use another model. ${kept}`,
    actions: ['setUpModel', 'retry', 'showLog'],
  }),
  model_rate_limited: ({ host, status, said, tried, wait, kept }) => ({
    tone: 'error',
    title: `${host} is limiting requests`,
    detail: `${tried}${status}${said}${wait === '' ? 'Wait a little, then retry. ' : wait}${kept}`,
    actions: ['retry', 'setUpModel', 'showLog'],
  }),
  model_context_exceeded: ({ said, kept }) => ({
    tone: 'error',
    title: 'The conversation is too long for the model',
    detail: `${said}Old results of tools are left out already. Go on in a new session, which begins with a summary that you see first, or use a model with a larger window. ${kept}`,
    actions: ['newSessionWithSummary', 'setUpModel', 'retry'],
  }),
  model_not_found: ({ host, status, said, kept }) => ({
    tone: 'error',
    title: host === VSCODE ? 'VS Code does not have this model' : `${host} does not know this model or address`,
    detail: `${status}${said}${host === VSCODE ? '' : 'The model’s name or the address may be wrong, or your key may not reach it. '}${kept}`,
    actions: ['setUpModel', 'openSettings', 'retry'],
  }),
  model_refused_request: ({ host, status, said, kept }) => ({
    tone: 'error',
    title: `${host} refused the request`,
    detail: `${status}${said}It takes this conversation only in another form; another model may take it. ${kept}`,
    actions: ['setUpModel', 'retry', 'showLog'],
  }),
  model_content_filtered: ({ host, status, said, kept }) => ({
    tone: 'error',
    title: `A content filter of ${inSentence(host)} stopped this`,
    detail: `${status}${said}Say it in other words, or use another model. ${kept}`,
    actions: ['retry', 'setUpModel', 'showLog'],
  }),
  model_server: ({ host, status, said, tried, wait, kept }) => ({
    tone: 'error',
    title: `${host} has a problem`,
    detail: `${tried}${status}${said}${wait}${kept}`,
    actions: ['retry', 'setUpModel', 'showLog'],
  }),
  model_unreachable: ({ host, said, tried, kept }) => ({
    tone: 'offline',
    title: 'No connection to the model',
    detail: `${tried}${host} did not answer${inBrackets(said)}. Check that it runs and that the address is right. ${kept}`,
    actions: ['retry', 'setUpModel', 'showLog'],
  }),
  model_certificate: ({ host, said, kept }) => ({
    tone: 'error',
    title: `${host} shows a certificate that is not trusted`,
    detail: `${said}Nothing was sent. ${kept}`,
    actions: ['retry', 'setUpModel', 'showLog'],
  }),
  model_timeout: ({ host, said, tried, kept }) => ({
    tone: 'offline',
    title: `${host} is silent`,
    detail: `${tried}${said}It may be busy, or hang. ${kept}`,
    actions: ['retry', 'setUpModel', 'showLog'],
  }),
  model_stream_interrupted: ({ host, said, tried, kept }) => ({
    tone: 'offline',
    title: 'The answer was interrupted',
    // a network's own word for it is no sentence
    detail: `${tried}${/^[a-z]/.test(said) || said === '' ? `${host} broke off${inBrackets(said)}. ` : said}${kept}`,
    actions: ['retry', 'showLog'],
  }),
  model_empty_answer: ({ said, tried, kept }) => ({
    tone: 'interrupted',
    title: 'The model answered nothing',
    detail: `${tried}${said}${kept}`,
    actions: ['retry', 'setUpModel', 'showLog'],
  }),
  model_answer_cut_off: ({ said }) => ({
    tone: 'interrupted',
    title: 'The answer was cut off',
    detail: `${said}${PARTIAL_KEPT}`,
    actions: ['retry', 'setUpModel'],
  }),
  model_cancelled: ({ kept }) => ({
    tone: 'interrupted',
    title: 'The request was cancelled',
    detail: `The answer did not come to its end. ${kept}`,
    actions: ['retry'],
  }),
  step_limit: ({ said }) => ({
    tone: 'interrupted',
    title: 'The turn is long',
    detail: `${said}Everything so far is kept. Retry goes on from here.`,
    actions: ['retry'],
  }),
  journal_write: ({ said }) => ({
    tone: 'error',
    title: 'The conversation could not be saved',
    detail: `${said}The turn stopped here, and nothing ran that is not saved. Retry goes on from here.`,
    actions: ['retry', 'showLog'],
  }),
  journal_busy: ({ said }) => ({
    tone: 'error',
    title: 'The conversation’s database is busy',
    detail: `${said}The turn stopped here. Retry goes on from here.`,
    actions: ['retry', 'showLog'],
  }),
  session_not_owned: () => ({
    tone: 'interrupted',
    title: 'This session is open in another window',
    detail: 'The turn stopped here, and nothing ran that is not saved. Go on in the other window, or close the session there and retry.',
    actions: ['retry'],
  }),
  session_deleted: () => ({
    tone: 'interrupted',
    title: 'This session was deleted',
    detail: 'The turn stopped, and nothing ran that is not saved. A deleted session takes nothing more.',
    actions: [],
  }),
  event_cancelled: ({ said }) => ({
    tone: 'interrupted',
    title: 'The turn was stopped by a rule of the runtime',
    detail: `${said}What it announced did not happen. Everything until then is kept.`,
    actions: ['retry', 'showLog'],
  }),
  journal_read: ({ said }) => ({
    tone: 'error',
    title: 'The conversation’s database is damaged',
    detail: `${said}The turn stopped here, and nothing is overwritten.`,
    actions: ['showLog'],
  }),
  internal: ({ said }) => ({
    tone: 'error',
    title: 'The turn failed',
    detail: `${said}${KEPT} The log has the details.`,
    actions: ['retry', 'showLog'],
  }),
};

/** What happened, what is safe and what to do next, in words for the person. */
export function problemWords(error: ErrorInfo, { partial, tries }: Failure = { partial: false, tries: 1 }): Words {
  const { code, origin, status, message, retryAfterMs } = error;
  const told = words[code]({
    host: hostOf(origin),
    status: status === undefined ? '' : `Status ${status}. `,
    said: sentence(message),
    tried: tries < 2 ? '' : `Tried ${tries} times. `,
    wait: retryAfterMs === undefined || retryAfterMs <= 0 ? '' : `It asks to wait ${waitWords(retryAfterMs)}. `,
    kept: partial ? PARTIAL_KEPT : KEPT,
  });
  if (!code.startsWith('model_')) return told;
  const goesOn = partial || code === 'model_answer_cut_off';
  return goesOn ? { ...told, actions: told.actions.map((action) => (action === 'retry' ? 'continue' : action)) } : told;
}

/** The model goes on, but can do nothing beyond words. */
export function noTools({ message }: ErrorInfo): Words {
  return {
    tone: 'interrupted',
    title: 'The model takes no tools',
    detail: `${sentence(message)}It can answer, but not read or change files. Use another model, or set this one up again once its server takes tools.`,
    actions: ['setUpModel', 'showLog'],
  };
}

function hostOf(origin: string | undefined): string {
  if (origin === 'vscode') return VSCODE;
  return origin !== undefined && URL.canParse(origin) ? new URL(origin).host : 'The model';
}

function inSentence(host: string): string {
  return host.replace(/^The /, 'the ');
}

function inBrackets(said: string): string {
  return said === '' ? '' : ` (${said.replace(/\.? $/, '')})`;
}

/** With one full stop, and no more of it than is worth reading. */
function sentence(message: string): string {
  const text = message.trim();
  if (text === '') return '';
  if (text.length > SAID) return `${text.slice(0, SAID).trimEnd()}… `;
  return /[.!?\u2026]$/.test(text) ? `${text} ` : `${text}. `;
}

/** "12 s", "2 min 5 s", "3 h". */
function waitWords(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds >= 3600) return `${Math.ceil(seconds / 3600)} h`;
  const rest = seconds % 60;
  return rest === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${rest} s`;
}
