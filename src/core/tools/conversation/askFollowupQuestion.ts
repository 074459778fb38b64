import * as z from 'zod';
import { defineTool } from '../Tool.ts';

export const askFollowupQuestion = defineTool({
  name: 'ask_followup_question',
  description: 'Asks the person one question and waits for the answer. Use it only for what you cannot find out by your other tools and cannot sensibly decide yourself.',
  schema: () =>
    z.strictObject({
      question: z.string().min(1).describe('One question, with what the person needs to know to answer it'),
      choices: z.array(z.string().trim().min(1).max(200)).max(6).refine((choices) => new Set(choices).size === choices.length, 'Each choice only once').default([]).describe('Answers to choose from, short; the person may always write another one'),
    }),
  effects: 'none',
  object: ({ question }) => question,
  execute: async ({ question, choices }, _ports, { turn }) => `The person answered: ${await turn.ask(question, choices)}`,
});
