/** What agents are told of the computer and the editor that they work in. */
export interface Environment {
  /** The operating system, as people call it: "Linux 6.1", "macOS 15". */
  os(): string;
  /** The person's shell: "/bin/bash". Empty where VS Code knows none. */
  shell(): string;
  /** Absolute path of the file that the person looks at; `undefined` where it is none on disk. */
  activeFile(): string | undefined;
}
