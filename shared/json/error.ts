export type JsonErrorKind = 'utf8' | 'syntax' | 'depth' | 'duplicate' | 'size';

/** Why bytes are not the JSON that is asked for. Callers turn it into the fault code of their format. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  readonly kind: JsonErrorKind;
  /** Byte offset in the JSON, from 0. */
  readonly offset: number;
  /** "unexpected character '}'", without the offset; text from the file is escaped in it. */
  readonly reason: string;

  constructor(kind: JsonErrorKind, offset: number, reason: string) {
    super(`${reason} at byte ${offset}`);
    this.kind = kind;
    this.offset = offset;
    this.reason = reason;
  }
}
