import type { ErrorCode, ErrorInfo } from '../../protocol/errors.ts';
import type { ProblemItem } from '../../protocol/webview.ts';

type Words = Omit<ProblemItem, 'kind' | 'id'>;

/** The parts of an error as they stand in sentences. */
interface Parts {
  /** The server, or "The model". */
  host: string;
  /** "Status 401. ", or empty. */
  status: string;
  message: string;
}

const KEPT = 'Your message is kept.';

const failed = ({ message }: Parts): Words => ({
  tone: 'error',
  title: 'The turn failed',
  detail: `${message}. ${KEPT} The log has the details.`,
  actions: ['retry', 'showLog'],
});

const words: Record<ErrorCode, (parts: Parts) => Words> = {
  model_key_missing: ({ host }) => ({
    tone: 'error',
    title: `${host} needs an API key`,
    detail: `No key is stored for it. Set one, then retry. ${KEPT}`,
    actions: ['setApiKey', 'retry', 'openSettings'],
  }),
  model_auth: ({ host, status }) => ({
    tone: 'error',
    title: `${host} refused the key`,
    detail: `${status}The key may be wrong, expired or of another organisation. Set another, then retry. ${KEPT}`,
    actions: ['setApiKey', 'retry', 'showLog'],
  }),
  model_unreachable: ({ host, message }) => ({
    tone: 'offline',
    title: 'No connection to the model',
    detail: `${host} did not answer (${message}). Check that it runs and that the base URL is right. ${KEPT}`,
    actions: ['retry', 'openSettings', 'showLog'],
  }),
  model_not_found: ({ host, status, message }) => ({
    tone: 'error',
    title: `${host} does not know this model or address`,
    detail: `${status}${message}. Check the model’s name and the base URL. ${KEPT}`,
    actions: ['openSettings', 'retry', 'showLog'],
  }),
  model_not_configured: ({ message }) => ({
    tone: 'error',
    title: 'The base URL is not valid',
    detail: `${message}. ${KEPT}`,
    actions: ['openSettings', 'retry'],
  }),
  model_rate_limited: ({ host, status, message }) => ({
    tone: 'error',
    title: `${host} is limiting requests`,
    detail: `${status}${message}. Wait a little, then retry. ${KEPT}`,
    actions: ['retry', 'showLog'],
  }),
  model_refused_request: ({ host, status, message }) => ({
    tone: 'error',
    title: `${host} refused the request`,
    detail: `${status}${message}. ${KEPT}`,
    actions: ['openSettings', 'retry', 'showLog'],
  }),
  model_server: ({ host, status, message }) => ({
    tone: 'error',
    title: `${host} has a problem`,
    detail: `${status}${message}. ${KEPT}`,
    actions: ['retry', 'showLog'],
  }),
  model_stream_interrupted: ({ message }) => ({
    tone: 'offline',
    title: 'The answer was interrupted',
    detail: `${message}. What came until then is kept, and no tool ran from it.`,
    actions: ['retry', 'showLog'],
  }),
  model_answer_cut_off: ({ message }) => ({
    tone: 'interrupted',
    title: 'The answer was cut off',
    detail: `${message}. What came until then is kept.`,
    actions: ['retry'],
  }),
  step_limit: ({ message }) => ({
    tone: 'interrupted',
    title: 'The turn is long',
    detail: `${message}. Everything so far is kept. Retry goes on from here.`,
    actions: ['retry'],
  }),
  journal_write: ({ message }) => ({
    tone: 'error',
    title: 'The conversation could not be saved',
    detail: `${message}. The turn stopped here, and nothing ran that is not saved. Retry goes on from here.`,
    actions: ['retry', 'showLog'],
  }),
  journal_busy: ({ message }) => ({
    tone: 'error',
    title: 'The conversation’s database is busy',
    detail: `${message}. The turn stopped here. Retry goes on from here.`,
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
  event_cancelled: ({ message }) => ({
    tone: 'interrupted',
    title: 'The turn was stopped by a rule of the runtime',
    detail: `${message}. What it announced did not happen. Everything until then is kept.`,
    actions: ['retry', 'showLog'],
  }),
  journal_read: ({ message }) => ({
    tone: 'error',
    title: 'The conversation’s database is damaged',
    detail: `${message}. The turn stopped here, and nothing is overwritten.`,
    actions: ['showLog'],
  }),
  internal: failed,
};

/** What happened, what is safe and what to do next, in words for the person. */
export function problemWords(error: ErrorInfo): Words {
  return words[error.code]({
    host: hostOf(error.origin),
    status: error.status === undefined ? '' : `Status ${error.status}. `,
    message: error.message.replace(/\.$/, ''),
  });
}

function hostOf(origin: string | undefined): string {
  return origin !== undefined && URL.canParse(origin) ? new URL(origin).host : 'The model';
}
