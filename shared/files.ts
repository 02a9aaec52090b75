import type { FileSummary, Problem } from './checkpoint.ts';
import type { Fault } from './errors.ts';
import type { JsonEntry } from './json/entry.ts';

/** A file of the opened folder, whether it was read for what is open or lies beside it. */
export interface ListedFile extends FileSummary {
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** To the checkpoint that is open, also where it could not be read; not so other saves and what lies beside. */
  readonly belongs: boolean;
  /** What it is, where its kind does not say it: "a Git LFS pointer, not the weights themselves". */
  readonly what?: string;
  /** Of the worst problem of the file. */
  readonly severity?: Problem['severity'];
}

export interface FileList {
  readonly files: readonly ListedFile[];
  /** There are more than were listed. */
  readonly truncated: boolean;
}

/** A metadata key of a file; a value of millions of characters is shown by its beginning. */
export interface MetadataEntry {
  readonly key: string;
  readonly value: string;
  /** Characters of the whole value. */
  readonly length: number;
}

/** Everything about one file. */
export interface FileDetail extends ListedFile {
  readonly metadata: readonly MetadataEntry[];
  /** Bytes of tensor data. */
  readonly dataBytes?: number;
  /** CRC-32 that the file says about itself. */
  readonly crc?: number;
  readonly problems: readonly Problem[];
  /** Why it cannot be read (whole), and the byte at which that shows. */
  readonly fault?: Fault;
  readonly faultAt?: number;
  /** Of a safetensors file cut short: the tensors of its header, wholly there or not. */
  readonly salvage?: { readonly whole: number; readonly wholeBytes: number; readonly cut: readonly string[] };
  /** There is a header, or a text, to show as a tree. */
  readonly header: boolean;
}

/** A row of the tree that a header is shown as. */
export interface HeaderRow extends JsonEntry {
  /** Ends at this byte of the text: what a container is known by. */
  readonly end: number;
  /** From 1. */
  readonly level: number;
  /** Place among its siblings, from 1, and how many they are. */
  readonly place: number;
  readonly siblings: number;
  /** Children, of an object or a list. */
  readonly count: number;
  readonly open: boolean;
  /** Row of the container that it is in; -1 for the root. */
  readonly parent: number;
}

export interface HeaderPage {
  readonly totalRows: number;
  readonly offset: number;
  readonly rows: readonly HeaderRow[];
  /** Bytes of the text that is shown. */
  readonly length: number;
  /** Where the text begins in the file; absent where the file is no text and what it says is shown as one. */
  readonly fileOffset?: number;
  /** Where the text stops to be JSON (by byte of the file); rows are of what comes before. */
  readonly fault?: { readonly offset: number; readonly reason: string };
}

/** A place in a header where a text occurs. */
export interface HeaderHit {
  /** Occurrences in all, and which one this is, from 0. */
  readonly hits: number;
  readonly hit: number;
  /** Row of the tree, with the containers that have to be open for it. */
  readonly row: number;
  readonly open: readonly number[];
}

/** Whether a file has tensors, by its name. */
export function hasTensors({ kind }: Pick<FileSummary, 'kind'>): boolean {
  return kind === 'weights' || kind === 'hyper';
}
