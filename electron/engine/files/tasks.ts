import { type ScannedChildren, scanChildren } from '../../../shared/json/children.ts';
import { readAt, withOpen } from '../open/read-bytes.ts';
import { findText } from './find-text.ts';
import { type HeaderText, headerText, readSpans, type Span } from './header-text.ts';

interface OfText {
  readonly text: HeaderText;
  readonly roots: readonly string[];
}

/** Finds the text of a file's header. */
export interface HeaderTextTask {
  readonly type: 'header-text';
  readonly path: string;
  readonly roots: readonly string[];
}

/** Looks where the children of a container of the text end. */
export interface ScanChildrenTask extends OfText {
  readonly type: 'scan-children';
  /** The container with its comma and key; the whole text for the root. */
  readonly span: Span;
  readonly keyed: boolean;
}

/** Reads pieces of the text. */
export interface ReadSpansTask extends OfText {
  readonly type: 'read-spans';
  readonly spans: readonly Span[];
}

/** Finds where something occurs in the text. */
export interface FindTextTask extends OfText {
  readonly type: 'find-text';
  readonly wanted: string;
}

/** Reads bytes of a file, whatever it is. */
export interface ReadBytesTask {
  readonly type: 'read-bytes';
  readonly path: string;
  readonly roots: readonly string[];
  readonly offset: number;
  readonly length: number;
}

export interface FileBytes {
  readonly bytes: Uint8Array;
  /** Of the whole file. */
  readonly size: number;
}

export type FilesTask = HeaderTextTask | ScanChildrenTask | ReadSpansTask | FindTextTask | ReadBytesTask;

export interface FilesResults {
  'header-text': HeaderText;
  'scan-children': ScannedChildren;
  'read-spans': readonly Uint8Array[];
  'find-text': Uint32Array<ArrayBuffer>;
  'read-bytes': FileBytes;
}

export const filesHandlers = {
  'header-text': ({ path, roots }: HeaderTextTask) => headerText(path, roots),
  'scan-children': ({ text, roots, span, keyed }: ScanChildrenTask) => {
    const [bytes = new Uint8Array()] = readSpans(text, [span], roots);
    return scanChildren(bytes, span[0], keyed);
  },
  'read-spans': ({ text, roots, spans }: ReadSpansTask) => readSpans(text, spans, roots),
  'find-text': ({ text, roots, wanted }: FindTextTask) => {
    const [bytes = new Uint8Array()] = readSpans(text, [[0, text.length]], roots);
    return findText(bytes, wanted);
  },
  'read-bytes': ({ path, roots, offset, length }: ReadBytesTask): FileBytes =>
    withOpen(path, roots, ({ fd, size }) => ({
      bytes: readAt(fd, offset, Math.max(0, Math.min(length, size - offset))),
      size,
    })),
};
