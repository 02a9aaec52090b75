import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replicaDifference } from '../../shared/replica-difference.ts';
import { tileCasts } from './cast/tally.ts';
import { writeError } from './errno.ts';
import { fingerprintSchema } from './fingerprint.ts';
import type { Copied } from './tasks.ts';

export const JOURNAL_NAME = 'shardscope-journal.jsonl';

/** First line of a journal: what its portions are portions of. */
const journalHead = z.object({
  fingerprint: fingerprintSchema,
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

  /** Notes a portion when its bytes are in the files. */
  async add(portion: number, { checksums, casts, differences, bytesCompared }: Copied): Promise<void> {
    const entry: z.input<typeof journalLine> = {
      portion,
      checksums: Buffer.from(checksums.buffer).toString('base64'),
      casts: [...casts],
      differences: [...differences],
      bytesCompared,
    };
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

/** What a journal says; undefined where there is none, or not even its first line is whole. */
export async function readJournal(
  folder: string,
): Promise<{ readonly head: JournalHead; readonly portions: Portions } | undefined> {
  const text = await readFile(join(folder, JOURNAL_NAME), 'utf8').catch(() => '');
  const [first = '', ...lines] = text.split('\n');
  const head = journalHead.safeParse(jsonOf(first));
  if (!head.success) return undefined;
  const portions: Portions = new Map();
  for (const line of lines) {
    const { success, data } = journalLine.safeParse(jsonOf(line));
    if (!success) continue;
    const bytes = Buffer.from(data.checksums, 'base64');
    if (bytes.length % 4 !== 0) continue;
    const checksums = new Uint32Array(Uint8Array.from(bytes).buffer);
    const { differences, bytesCompared } = data;
    portions.set(data.portion, { checksums, casts: new Map(data.casts), differences, bytesCompared });
  }
  return { head: head.data, portions };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
