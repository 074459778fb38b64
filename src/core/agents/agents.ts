import type { Agent } from './Agent.ts';
import architectPrompt from './prompts/architect.md';
import askPrompt from './prompts/ask.md';
import coderPrompt from './prompts/coder.md';
import debugPrompt from './prompts/debug.md';
import orchestratorPrompt from './prompts/orchestrator.md';
import universalPrompt from './prompts/universal.md';

const READ = ['read_file', 'list_files'];

export const orchestrator: Agent = {
  name: 'orchestrator',
  title: 'Orchestrator',
  purpose: 'chooses the agent for a conversation',
  tools: READ,
  // the same message goes to the same agent
  model: { format: 'json', temperature: 0 },
  prompt: orchestratorPrompt.trim(),
};

export const coder: Agent = {
  name: 'coder',
  title: 'Coder',
  purpose: 'writes and changes code',
  tools: [...READ, 'write_file', 'switch_mode', 'attempt_completion', 'ask_followup_question', 'update_plan', 'calculator', 'echo'],
  model: { format: 'text' },
  prompt: coderPrompt.trim(),
};

export const architect: Agent = {
  name: 'architect',
  title: 'Architect',
  purpose: 'plans and designs, writes Markdown',
  tools: [...READ, 'write_file', 'switch_mode', 'attempt_completion', 'ask_followup_question', 'update_plan'],
  writes: { globs: ['**/*.md'], words: 'Markdown files (.md)' },
  model: { format: 'text' },
  prompt: architectPrompt.trim(),
};

export const debug: Agent = {
  name: 'debug',
  title: 'Debug',
  purpose: 'finds the cause of a failure',
  tools: [...READ, 'switch_mode', 'attempt_completion', 'ask_followup_question', 'update_plan'],
  model: { format: 'text' },
  prompt: debugPrompt.trim(),
};

export const ask: Agent = {
  name: 'ask',
  title: 'Ask',
  purpose: 'answers and explains',
  tools: [...READ, 'switch_mode', 'attempt_completion', 'calculator'],
  model: { format: 'text' },
  prompt: askPrompt.trim(),
};

/** Works alone, in the place of all others. */
export const universal: Agent = {
  name: 'universal',
  title: 'Universal',
  purpose: 'does everything, alone',
  tools: [...READ, 'write_file', 'attempt_completion', 'ask_followup_question', 'update_plan', 'calculator', 'echo'],
  model: { format: 'text' },
  prompt: universalPrompt.trim(),
};

/** Every agent. The first that is no orchestrator takes what nothing else tells. */
export const agents: readonly Agent[] = [orchestrator, coder, architect, debug, ask, universal];
