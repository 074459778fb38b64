import type { Complaint } from './ServerFailure.ts';

/** What a request may be sent without. The last is what most is lost with. */
export const PARAMETERS = ['max_completion_tokens', 'max_tokens', 'temperature', 'parallel_tool_calls', 'stream_options', 'response_format', 'reasoning_content', 'reasoning', 'tools'] as const;
export type Parameter = (typeof PARAMETERS)[number];

const STATUSES = new Set([400, 404, 405, 415, 422, 500, 501]);
const CODES = new Set(['unsupported_parameter', 'unsupported_value', 'unknown_parameter', 'extra_forbidden']);
const UNSUPPORTED =
  /unsupported|not support|n[o\u2019']t support|not (?:be )?permitted|not allowed|unrecognized|unknown (?:field|name|parameter|argument|keyword)|unexpected (?:field|keyword|parameter|argument)|extra (?:inputs|fields)|extra_forbidden|not (?:currently )?available|must be 'json_schema'|no endpoints found that support|deprecated for this model|cannot be (?:combined|used)|incompatible with|only supports single tool/;
/** Tools have many errors: only these say that the model takes none. */
const NO_TOOLS =
  /(?:n[o\u2019']t|not) (?:currently )?support\w* (?:(?!(?:by|for|in|inside|when|with) )\w+ ){0,3}(?:tools?\b|tool[ _-]|function)|endpoints found that support tool|requires --(?:jinja|enable-auto-tool-choice)|(?<![\w-])(?:tool[ _-]?(?:use|calls?|calling|choice)|tools?|function[ _-]?call(?:s|ing)?)['"`]? (?:param \w+ |parameter )?(?:is|are)(?: currently)?(?: not|n[\u2019']t) (?:supported|available|enabled|allowed)|unsupported (?:parameter|field|argument)s?:? ?['"`]?tools\b(?![[.])/;
/** These say that tools are not taken in this way, or this one is not: without any the model would be of little use for ever. */
const SOME_TOOLS = /parallel|single tool|schema|strict|\$ref|number of (?:tools|functions)|too many (?:tools|functions)/;
const ALIASES: Partial<Readonly<Record<Parameter, RegExp>>> = {
  response_format: /response_format|response mime type|json mode|json_object/,
  parallel_tool_calls: /parallel[ _-](?:tool|function)|single tool/,
};
const THINKING_WANTED = /reasoning_content.{0,80}(?:must be passed back|missing|is required)|missing.{0,20}reasoning_content/;

/** The parameter of those that were sent that the model does not take, by what it says. */
export function refusedBy(complaint: Complaint, sent: ReadonlySet<Parameter>): Parameter | undefined {
  const { status, codes, param } = complaint;
  if (status !== undefined && !STATUSES.has(status)) return undefined;
  const said = complaint.text.toLowerCase();
  if (wantsThinking(complaint)) return undefined;
  const unsupported = codes.some((code) => CODES.has(code)) || UNSUPPORTED.test(said);
  const candidates = PARAMETERS.filter((name) => sent.has(name));
  if (unsupported) {
    const named = candidates.find((name) => name === param) ?? candidates.find((name) => name !== 'tools' && mentions(said, name));
    if (named !== undefined) return named;
  }
  return sent.has('tools') && NO_TOOLS.test(said) && !SOME_TOOLS.test(said) && !/^tools[[.]/.test(param) ? 'tools' : undefined;
}

/** It says that what it thought before has to come back to it. */
export function wantsThinking({ status, text }: Complaint): boolean {
  return (status === 400 || status === 422) && THINKING_WANTED.test(text.toLowerCase());
}

function mentions(said: string, name: Parameter): boolean {
  return (ALIASES[name] ?? new RegExp(`(?<![\\w-])${name}(?![\\w-])`)).test(said);
}
