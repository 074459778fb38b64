import type { Agent, AgentName } from './Agent.ts';

/** Only the beginning of a message is searched: people say first what they want. */
const SEARCHED = 2_000;
const QUOTED = 40;

const FAILURE = String.raw`(?:bugs?|broken|crash\w*|error\w*|exceptions?|fail\w*|wrong)`;
const DOCUMENT = String.raw`(?:architecture|concept|design|documentation|plan|roadmap|specification)`;

/** Of those that fit, the word that comes first in the message counts, and of two at one place the upper. */
const keywords: readonly (readonly [AgentName, RegExp])[] = [
  ['architect', new RegExp(String.raw`\b(?:add|create|draft|make|write)\s+(?:\w+\s+){0,4}${DOCUMENT}\b`, 'i')],
  ['debug', new RegExp(String.raw`\b(?:why|what|where)\b[^.?!\n]{0,80}?\b${FAILURE}\b`, 'i')],
  ['coder', /\b(?:add|change|create|delete|edit|fix|implement|move|refactor|remove|rename|replace|update|write)\b/i],
  ['architect', /\b(?:architecture|design|document|plan|roadmap)\b/i],
  ['debug', new RegExp(String.raw`\b(?:debug|stack trace|${FAILURE})\b`, 'i')],
  ['ask', /\b(?:describe|explain|summari[sz]e|tell me)\b/i],
];

/** What makes a message a question where no other word says what is wanted. */
const QUESTION = /^\s*(?:are|can|could|do|does|how|is|should|what|when|where|which|who|why)\b|[?\uFF1F]/i;

/** The agent that the words of a message speak for, and the word; `undefined` where none of these agents is spoken for. */
export function keywordIn(message: string, agents: readonly Pick<Agent, 'name'>[]): { agent: AgentName; keyword: string } | undefined {
  const text = message.slice(0, SEARCHED);
  const known = new Set(agents.map(({ name }) => name));
  const matches = keywords.flatMap(([agent, pattern]) => {
    const match = known.has(agent) ? pattern.exec(text) : null;
    return match === null ? [] : [{ agent, keyword: match[0].slice(0, QUOTED), at: match.index }];
  });
  const [first] = matches.sort((a, b) => a.at - b.at);
  if (first !== undefined) return { agent: first.agent, keyword: first.keyword };
  const question = known.has('ask') ? QUESTION.exec(text) : null;
  return question === null ? undefined : { agent: 'ask', keyword: question[0].trim() };
}
