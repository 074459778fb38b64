export type ProviderId =
  | 'openai'
  | 'azure'
  | 'openrouter'
  | 'anthropic'
  | 'google'
  | 'deepseek'
  | 'mistral'
  | 'groq'
  | 'xai'
  | 'ollama'
  | 'lmstudio'
  | 'llamacpp'
  | 'vllm'
  | 'compatible'
  | 'vscode';

/** What is known of a provider before anything is asked of it. */
export interface Provider {
  readonly id: ProviderId;
  /** As it writes itself. */
  readonly title: string;
  /** Where its chat completions are. Absent: the person says it, or there is no address. */
  readonly baseUrl?: string;
  /** Where a person gets a key. */
  readonly keyUrl?: string;
  /** Runs on the person's own computer, and mostly takes no key. */
  readonly local?: true;
}

/** In the order in which people are offered them. Addresses: each provider's page on its OpenAI-compatible endpoint, November 2026. */
export const providers: readonly Provider[] = [
  { id: 'openai', title: 'OpenAI', baseUrl: 'https://api.openai.com/v1', keyUrl: 'https://platform.openai.com/api-keys' },
  { id: 'azure', title: 'Azure OpenAI', keyUrl: 'https://portal.azure.com' },
  { id: 'openrouter', title: 'OpenRouter', baseUrl: 'https://openrouter.ai/api/v1', keyUrl: 'https://openrouter.ai/keys' },
  { id: 'anthropic', title: 'Anthropic', baseUrl: 'https://api.anthropic.com/v1', keyUrl: 'https://console.anthropic.com/settings/keys' },
  { id: 'google', title: 'Google Gemini', baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai', keyUrl: 'https://aistudio.google.com/apikey' },
  { id: 'deepseek', title: 'DeepSeek', baseUrl: 'https://api.deepseek.com/v1', keyUrl: 'https://platform.deepseek.com/api_keys' },
  { id: 'mistral', title: 'Mistral', baseUrl: 'https://api.mistral.ai/v1', keyUrl: 'https://console.mistral.ai/api-keys' },
  { id: 'groq', title: 'Groq', baseUrl: 'https://api.groq.com/openai/v1', keyUrl: 'https://console.groq.com/keys' },
  { id: 'xai', title: 'xAI', baseUrl: 'https://api.x.ai/v1', keyUrl: 'https://console.x.ai' },
  { id: 'ollama', title: 'Ollama', baseUrl: 'http://127.0.0.1:11434/v1', local: true },
  { id: 'lmstudio', title: 'LM Studio', baseUrl: 'http://127.0.0.1:1234/v1', local: true },
  { id: 'llamacpp', title: 'llama.cpp', baseUrl: 'http://127.0.0.1:8080/v1', local: true },
  { id: 'vllm', title: 'vLLM', baseUrl: 'http://127.0.0.1:8000/v1', local: true },
  { id: 'compatible', title: 'Another OpenAI-compatible server' },
  { id: 'vscode', title: 'VS Code’s own models' },
];
