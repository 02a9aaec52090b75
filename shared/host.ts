/** What a front is told about the host that it talks to. */
export interface AppInfo {
  readonly version: string;
  readonly host: 'desktop' | 'browser' | 'test';
  readonly platform: string;
  /** Folders that the host may read; empty means no limit (desktop grants come from its dialogs). */
  readonly roots: readonly string[];
  readonly readOnly: boolean;
  /** Path to open at start, from the command line. */
  readonly initialPath?: string;
  readonly recent: readonly string[];
}

/** A folder of the host, for choosing a path. */
export interface FolderListing {
  readonly path: string;
  /** Absent at a root. */
  readonly parent?: string;
  readonly roots: readonly string[];
  readonly entries: readonly {
    readonly name: string;
    readonly path: string;
    readonly type: 'folder' | 'file';
    readonly size?: number;
    /** Holds weights or rank folders, so "open" is likely what is wanted. */
    readonly checkpoint: boolean;
  }[];
  /** More entries than the limit of 2,000 were left off. */
  readonly truncated: boolean;
}
