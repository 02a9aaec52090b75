import { readSync, writeSync } from 'node:fs';
import { constants, mkdir, open, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { refuse, ShardscopeError } from '../../shared/errors.ts';
import type { Literal, OutputFile, OutputText } from '../../shared/plan/plan.ts';
import { REPORT_NAME, type ReportDraft, serializeReport } from '../../shared/report.ts';
import { errnoOf, readError, writeError } from './errno.ts';
import { withoutCrc } from './stored-crc.ts';

/**
 * Makes each data file with its literals and its whole size; the data is written into it afterwards. One that
 * an earlier run made is left as it is, or made right where a kill or a power cut left it half made.
 */
export async function createFiles(folder: string, outputs: readonly OutputFile[]): Promise<void> {
  for (const output of outputs) {
    const path = join(folder, output.path);
    try {
      if (await isCreated(folder, output)) continue;
      await mkdir(dirname(path), { recursive: true });
      const file = await open(path, constants.O_CREAT | constants.O_RDWR);
      try {
        await file.truncate(output.size);
        await eachInTurn(output.literals, ({ offset, bytes }) => writeAll(file.fd, bytes, offset));
      } finally {
        await file.close();
      }
    } catch (error) {
      throw writeError(error, path);
    }
  }
}

async function isCreated(folder: string, output: OutputFile): Promise<boolean> {
  return verifyLiterals(folder, [withoutCrc(output)]).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ShardscopeError) return false;
      throw error;
    },
  );
}

/** Literals that are written or read before others of this thread get their turn: 5 ms. */
const TURN = 1000;

/**
 * Does something with each literal, by calls that wait: one that does not takes ten times as long, and a `.ckpt`
 * has a literal before each tensor (of 2,900 in eight files, 0.02 s instead of 0.16).
 */
async function eachInTurn(literals: readonly Literal[], work: (literal: Literal) => void): Promise<void> {
  for (const [i, literal] of literals.entries()) {
    if (i % TURN === TURN - 1) await turn();
    work(literal);
  }
}

/** All of the bytes, however many calls that takes. */
function writeAll(fd: number, bytes: Uint8Array, offset: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(fd, bytes, done, bytes.length - done, offset + done);
}

/** A named pipe in the place of a file has no size, and is not waited on. */
const TO_READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Reads each file's size and literals again. Refuses OUT_VERIFY naming the file and the first byte that differs. */
export async function verifyLiterals(folder: string, outputs: readonly OutputFile[]): Promise<void> {
  for (const output of outputs) {
    const path = join(folder, output.path);
    const file = await open(path, TO_READ).catch((error: unknown) => {
      throw readError(error, path);
    });
    try {
      const { size } = await file.stat();
      if (size !== output.size)
        refuse('OUT_VERIFY', `${path} has ${size} bytes, ${output.size} were written.`, advice, {
          file: path,
          expected: `${output.size} bytes`,
          found: `${size} bytes`,
        });
      await eachInTurn(output.literals, (literal) => verifyLiteral(file.fd, path, literal));
    } finally {
      await file.close();
    }
  }
}

/** Whether all files are there with their sizes and all that is known of them before their data. */
export function hasLiterals(folder: string, outputs: readonly OutputFile[]): Promise<boolean> {
  return verifyLiterals(folder, outputs.map(withoutCrc)).then(
    () => true,
    () => false,
  );
}

function verifyLiteral(fd: number, path: string, { offset, bytes }: Literal): void {
  const found = new Uint8Array(bytes.length);
  for (let done = 0; done < found.length; ) {
    const bytesRead = readSync(fd, found, done, found.length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  const at = found.findIndex((byte, index) => byte !== bytes[index]);
  if (at >= 0)
    refuse(
      'OUT_VERIFY',
      `${path} does not have the header that was written: byte ${offset + at} differs.`,
      advice,
      { file: path, expected: String(bytes[at]), found: String(found[at]) },
    );
}

const advice = 'Nothing was published. Check the drive and the memory of this machine, then repeat the job.';

/** Flushes the data files to the drive, a few at a time. */
export async function syncFiles(folder: string, outputs: readonly OutputFile[]): Promise<void> {
  const paths = outputs.map(({ path }) => join(folder, path));
  const next = async (): Promise<void> => {
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) await syncFile(path);
  };
  await Promise.all([next(), next()]);
}

export async function syncFile(path: string): Promise<void> {
  await flush(path, 'r+').catch((error: unknown) => {
    throw writeError(error, path);
  });
}

async function flush(path: string, flags: 'r' | 'r+'): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes the texts in order, the index last. */
export async function writeTexts(
  folder: string,
  texts: readonly OutputText[],
  fsync: boolean,
): Promise<void> {
  for (const { path: name, text } of texts) {
    const path = join(folder, name);
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    } catch (error) {
      throw writeError(error, path);
    }
    if (fsync) await syncFile(path);
  }
}

/** Bytes that the files in a folder take up on their volume; the parts of a file not yet written take none. */
export async function bytesTaken(folder: string): Promise<number> {
  let total = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) total += (await stat(join(entry.parentPath, entry.name))).blocks * 512;
  return total;
}

/** CRC-32 of what each file has beside tensors: of the literals of the outputs, of the texts. */
export function fileSums(outputs: readonly OutputFile[], texts: readonly OutputText[]): number[] {
  return [
    ...outputs.map(({ literals }) => literals.reduce((sum, { bytes }) => crc32(bytes, sum), 0)),
    ...texts.map(({ text }) => crc32(text)),
  ];
}

/** What is written of a report at once: a report of a million tensors has some hundred MB. */
const REPORT_CHUNK = 1024 ** 2;

/** Writes the report, a piece at a time. Gives its length in bytes. */
export async function writeReport(folder: string, report: ReportDraft, fsync: boolean): Promise<number> {
  const path = join(folder, REPORT_NAME);
  let bytes = 0;
  try {
    const file = await open(path, 'w');
    try {
      for (const chunk of chunksOf(serializeReport(report))) {
        await file.writeFile(chunk);
        bytes += chunk.length;
      }
      if (fsync) await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw writeError(error, path);
  }
  return bytes;
}

function* chunksOf(texts: Iterable<string>): Generator<Buffer> {
  let held = '';
  for (const text of texts) {
    held += text;
    if (held.length < REPORT_CHUNK) continue;
    yield Buffer.from(held);
    held = '';
  }
  yield Buffer.from(held);
}

/** Flushes the names in a folder and in all folders below it. */
export async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await syncTree(join(folder, entry.name));
  await syncFolder(folder);
}

/** What a system says that cannot flush this folder: Windows, some network drives, no right to list it. */
const CANNOT_FLUSH = new Set(['EACCES', 'EBADF', 'EINVAL', 'EISDIR', 'ENOSYS', 'ENOTSUP', 'EPERM']);

/** Flushes the names in one folder, where the system can. */
export async function syncFolder(folder: string): Promise<void> {
  await flush(folder, 'r').catch((error: unknown) => {
    if (!CANNOT_FLUSH.has(errnoOf(error) ?? '')) throw error;
  });
}
