import { originOf, providerOf } from '../../../core/llm/profiles.ts';
import { checkAddress, isOpenToOthers } from '../checkAddress.ts';
import { hostOf, moveOf, next, type Move, type Step, type StepContext } from '../SetUp.ts';

/** Where the server is, for a provider that has no address of its own. */
export const enterAddress: Step = async (context) => {
  const { dependencies, draft, frame, words } = context;
  const id = draft.choice === 'azure' ? 'azure' : 'compatible';
  const answer = await dependencies.prompts.input({
    ...frame,
    words,
    value: draft.address,
    ...(id === 'azure'
      ? { prompt: 'The v1 endpoint of your resource', placeholder: 'https://my-resource.openai.azure.com/openai/v1' }
      : { prompt: 'The base URL of the server: where its chat completions are, mostly ending in /v1', placeholder: 'http://127.0.0.1:11434/v1' }),
    check: (typed) => {
      const checked = checkAddress(id, typed);
      return 'problem' in checked ? checked.problem : undefined;
    },
  });
  if (answer.kind !== 'done') return moveOf(answer);
  const checked = checkAddress(id, answer.value);
  if ('problem' in checked) return { kind: 'to', step: 'address', words: checked.problem };
  draft.address = answer.value.trim();
  // a key is its origin's: whoever corrects the path alone has typed it already
  if (originOf(checked.baseUrl) !== originOf(draft.baseUrl)) Object.assign(draft, { typedKey: '', apiKey: undefined, keyWanted: false });
  Object.assign(draft, { baseUrl: checked.baseUrl, provider: providerOf(id), found: false });
  return id !== 'azure' && new URL(draft.baseUrl).protocol === 'http:' ? identify(context) : next;
};

/** A server on plain http is mostly one of those that say what they are: each tells its window in its own way. */
async function identify({ dependencies: { prompts, findLocalServers }, draft, frame }: StepContext): Promise<Move> {
  const text = `Asking ${hostOf(draft)} what it is…`;
  const answer = await prompts.wait({ ...frame, text }, (signal) => findLocalServers(signal, [draft.baseUrl]).catch(() => []));
  if (answer.kind !== 'done') return moveOf(answer);
  const [server] = answer.value;
  // one that others can reach may well take a key
  draft.found = server !== undefined && !isOpenToOthers(draft.baseUrl);
  if (server !== undefined) draft.provider = providerOf(server.provider);
  return next;
}
