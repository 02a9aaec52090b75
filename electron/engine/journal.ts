import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Outcome } from '../../shared/plan/report.ts';
import { replicaDifference } from '../../shared/replica-difference.ts';
import { castFindings, tileCasts } from './cast/schema.ts';
import { writeError } from './errno.ts';
import { fingerprintSchema } from './fingerprint.ts';
import type { Copied } from './tasks.ts';

export const JOURNAL_NAME = 'shardscope-journal.jsonl';

/** First line of a journal: what its portions are portions of. */
const journalHead = z.object({
  /** Absent in a share's: there the folder has the fingerprint. */
  fingerprint: fingerprintSchema.optional(),
  /** Indices of the output files that a share wrote together; all of the plan when absent. */
  files: z.array(z.int().min(0)).optional(),
  /** Length of a buffer: portions are cut by it. */
  buffer: z.int().positive(),
});
export type JournalHead = z.output<typeof journalHead>;

/**
 * Every other line: a portion that lies whole in the files, the CRC-32 of its parts in base64, what casting and
 * comparing copies met.
 */
const journalLine = z.object({
  portion: z.int().min(0),
  checksums: z.base64(),
  casts: z.array(z.tuple([z.int().min(0), tileCasts])),
  differences: z.array(replicaDifference),
  bytesCompared: z.int().min(0),
});

/** Last line of a share's journal: what was found in its files when they were read back, for the report of all. */
const journalOutcome = z.object({
  sums: z.object({ pieces: z.base64(), files: z.array(z.number()) }),
  casts: castFindings.exactOptional(),
  differences: z.array(replicaDifference).exactOptional(),
});

/** What was copied, by number of portion. */
export type Portions = Map<number, Copied>;

/**
 * What a job has copied so far, beside its files, so that the next run can go on after a kill. Lines are not
 * flushed: whoever reads them compares the files with their checksums before trusting either.
 */
export class Journal {
  readonly #path: string;
  readonly #file: FileHandle;
  #last: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async create(folder: string, head: JournalHead): Promise<Journal> {
    const path = join(folder, JOURNAL_NAME);
    const file = await open(path, 'wx');
    await file.writeFile(`${JSON.stringify(head)}\n`);
    return new Journal(path, file);
  }

  /** Goes on with a journal that was read; the line its writer may have been killed in stays behind as noise. */
  static async reopen(folder: string): Promise<Journal> {
    const path = join(folder, JOURNAL_NAME);
    const file = await open(path, 'a');
    await file.writeFile('\n');
    return new Journal(path, file);
  }

  /**
   * Notes a portion when its bytes are in the files. Never throws: after a line that could not be written (a full
   * disk) no more are, and what they would say is copied again after a kill.
   */
  async add(portion: number, { checksums, casts, differences, bytesCompared }: Copied): Promise<void> {
    const entry: z.input<typeof journalLine> = {
      portion,
      checksums: base64Of(checksums),
      casts: [...casts],
      differences: [...differences],
      bytesCompared,
    };
    await this.#write(entry).catch(() => {});
  }

  /** Notes what carrying out all of it brought out. */
  async addOutcome({ sums, casts, differences }: Outcome): Promise<void> {
    await this.#write({
      ...(sums && { sums: { ...sums, pieces: base64Of(sums.pieces) } }),
      ...(casts && { casts }),
      ...(differences && { differences }),
    });
  }

  async #write(entry: object): Promise<void> {
    const line = `${JSON.stringify(entry)}\n`;
    // A file handle takes one write at a time.
    this.#last = this.#last.then(() => this.#file.writeFile(line));
    await this.#last.catch((error: unknown) => {
      throw writeError(error, this.#path);
    });
  }

  /** Ends after the last line; a second call waits for the first. */
  close(): Promise<void> {
    this.#closed ??= this.#last.then(
      () => this.#file.close(),
      () => this.#file.close(),
    );
    return this.#closed;
  }
}

/** What a journal says. */
export interface JournalContent {
  readonly head: JournalHead;
  readonly portions: Portions;
  /** Of a share that was read back. */
  readonly outcome?: Outcome;
}

/** Reads a journal; undefined where there is none, or not even its first line is whole. */
export async function readJournal(folder: string, name = JOURNAL_NAME): Promise<JournalContent | undefined> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => '');
  const [first = '', ...lines] = text.split('\n').map(jsonOf);
  const head = journalHead.safeParse(first);
  if (!head.success) return undefined;
  const portions: Portions = new Map();
  let outcome: Outcome | undefined;
  for (const line of lines) {
    const portion = journalLine.safeParse(line).data;
    const checksums = portion && numbersOf(portion.checksums);
    if (checksums) portions.set(portion.portion, { ...portion, checksums, casts: new Map(portion.casts) });
    const { sums, ...others } = journalOutcome.safeParse(line).data ?? {};
    const pieces = sums && numbersOf(sums.pieces);
    if (pieces) outcome = { ...others, sums: { ...sums, pieces } };
  }
  return { head: head.data, portions, ...(outcome && { outcome }) };
}

function base64Of(numbers: Uint32Array): string {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64');
}

/** Undefined for what is no whole number of 32-bit numbers. */
function numbersOf(base64: string): Uint32Array<ArrayBuffer> | undefined {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return bytes.length % 4 === 0 ? new Uint32Array(bytes.buffer) : undefined;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
