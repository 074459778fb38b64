import * as vscode from 'vscode';
import type { LlmMessage } from '../../core/ports/LlmStream.ts';
import type { ToolCall } from '../../protocol/messages.ts';

type Part = vscode.LanguageModelTextPart | vscode.LanguageModelToolCallPart | vscode.LanguageModelToolResultPart;

/** What the person wrote stays apart from what agents are told. */
const JOINED: ReadonlySet<LlmMessage['role']> = new Set(['assistant', 'tool']);
/** Models that take no answer to go on from refuse a conversation that ends with one. */
const GO_ON = 'Go on from where you stopped.';

/**
 * A conversation as VS Code's models get it. There is no system role: what agents are told is the first user message. The results of an
 * answer's calls are one user message right after it, and nothing else is in that: Copilot refuses the whole conversation otherwise.
 */
export function toLanguageModelMessages(messages: readonly LlmMessage[]): vscode.LanguageModelChatMessage[] {
  const joined: { role: LlmMessage['role']; parts: Part[] }[] = [];
  for (const message of messages) {
    const parts = partsOf(message);
    const last = joined.at(-1);
    // no provider takes an empty message
    if (parts.length === 0) continue;
    if (last !== undefined && last.role === message.role && JOINED.has(message.role)) last.parts.push(...parts);
    else joined.push({ role: message.role, parts });
  }
  if (joined.at(-1)?.role === 'assistant') joined.push({ role: 'user', parts: [new vscode.LanguageModelTextPart(GO_ON)] });
  const { Assistant, User } = vscode.LanguageModelChatMessageRole;
  return joined.map(({ role, parts }) => new vscode.LanguageModelChatMessage(role === 'assistant' ? Assistant : User, parts));
}

function partsOf(message: LlmMessage): Part[] {
  switch (message.role) {
    case 'tool':
      return [new vscode.LanguageModelToolResultPart(message.callId, textOf(message.content))];
    case 'assistant':
      return [...textOf(message.content), ...message.toolCalls.map(callOf)];
    default:
      return textOf(message.content);
  }
}

/** Providers refuse an empty text. */
function textOf(text: string): vscode.LanguageModelTextPart[] {
  return text === '' ? [] : [new vscode.LanguageModelTextPart(text)];
}

/** A call that its model wrote badly is told as it was answered: with an error as its result. */
function callOf({ id, name, arguments: text }: ToolCall): vscode.LanguageModelToolCallPart {
  return new vscode.LanguageModelToolCallPart(id, /^[\w-]{1,64}$/.test(name) ? name : 'unknown_tool', inputOf(text));
}

function inputOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}
