/** Files of one kind of change: how many, and the first of them. */
export interface ChangedFiles {
  readonly count: number;
  /** Relative to the opened folder, in natural order; at most `MOST_NAMED`. */
  readonly names: readonly string[];
}

/** A sentence names a few, a list some dozens: nobody reads a thousand. */
export const MOST_NAMED = 100;

/** What is different on disk from what was opened. */
export interface FileChanges {
  /** Equal for equal differences; '' when there are none. */
  readonly digest: string;
  readonly added: ChangedFiles;
  readonly removed: ChangedFiles;
  /** Written to, or replaced: another size or modification time. */
  readonly changed: ChangedFiles;
  /** The opened folder (or file) itself is not there any more. */
  readonly gone: boolean;
}
