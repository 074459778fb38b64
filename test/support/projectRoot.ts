/** The project's root, wherever the bundled test lies. */
export const projectRoot = process.env['AGENT_RUNTIME_ROOT'] ?? process.cwd();
