export interface WorkspaceFolder {
  name: string;
  /** Absolute path. */
  root: string;
}

export type FileKind = 'file' | 'folder' | 'missing';

export interface DirectoryEntry {
  name: string;
  kind: 'file' | 'folder';
  /** A symbolic link; `kind` is what it leads to. */
  link: boolean;
}

/**
 * The files that agents work on. Paths are absolute. Failures reject with an `Error` whose message
 * is one sentence for people and models.
 */
export interface Workspace {
  folders(): readonly WorkspaceFolder[];
  /** False in Restricted Mode. */
  trusted(): boolean;
  /** Where a path leads once every link on it is followed; for a missing file, by its nearest existing parent. Rejects for a link to nothing. */
  realPath(path: string): Promise<string>;
  kind(path: string): Promise<FileKind>;
  list(path: string): Promise<DirectoryEntry[]>;
  /** The text on disk; in `encoding`, or as VS Code would open the file. Rejects for binary files. */
  readText(path: string, encoding?: string): Promise<string>;
  /** The text on disk, of a file that will be written: rejects where its bytes would not survive that unchanged. */
  readForWrite(path: string): Promise<string>;
  /** Whether an editor holds changes of this file that are not on disk, by whatever path it was opened. */
  hasUnsavedChanges(path: string): Promise<boolean>;
  /** Writes the whole file, in the encoding that VS Code opens it with; a byte order mark stays. Parent folders must exist. */
  writeText(path: string, text: string): Promise<void>;
  createFolder(path: string): Promise<void>;
  /** Deletes a file for good; of a link, the link. */
  deleteFile(path: string): Promise<void>;
}
