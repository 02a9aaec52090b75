import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fault, fault, ShardscopeError } from '../../shared/errors.ts';
import type { Literal, OutputFile, SourceFile } from '../../shared/plan/plan.ts';
import { crcBytes, type StoredCrc } from '../../shared/stored-crc.ts';
import type { Control } from './control.ts';
import { writeError } from './errno.ts';
import { identityOf } from './identity.ts';
import type { WorkerPool } from './pool.ts';

export interface CrcContext {
  readonly pool: WorkerPool;
  readonly control: Control;
  readonly signal: AbortSignal;
}

/** The CRC-32 that a file should say about itself, computed from its content on a thread. */
export function computeCrc(
  { path, size, identity }: SourceFile,
  format: StoredCrc['format'],
  { pool, control, signal }: CrcContext,
): Promise<number> {
  const task = {
    type: 'check-crc',
    source: { path, size, identity },
    format,
    control: control.shared,
  } as const;
  return pool.run(task, signal);
}

/** A file whose content is not what its CRC-32 was made of. */
export function crcFault(path: string, stored: number, computed: number): Fault {
  return fault(
    'CK_CRC',
    `${path} changed after it was saved: CRC32 stored ${stored}, computed ${computed}.`,
    'Copy it again from where it was saved, or use another save.',
    { file: path, expected: `CRC32 ${stored}`, found: `CRC32 ${computed}` },
  );
}

/** Refuses CK_CRC for a source that does not have the CRC-32 that it says. */
export async function checkCrcs(sources: readonly SourceFile[], context: CrcContext): Promise<void> {
  await each(sources, context, async (source) => {
    const { crc, path } = source;
    if (!crc) return;
    const computed = await computeCrc(source, crc.format, context);
    if (computed !== crc.stored) throw new ShardscopeError(crcFault(path, crc.stored, computed));
  });
}

/** Writes into each file that has a place for it the CRC-32 of what is in it; gives the outputs with it. */
export async function writeCrcs(
  folder: string,
  outputs: readonly OutputFile[],
  context: CrcContext,
): Promise<readonly OutputFile[]> {
  const written = [...outputs];
  await each([...outputs.entries()], context, async ([index, output]) => {
    const { crc, size } = output;
    if (!crc) return;
    const path = join(folder, output.path);
    const identity = identityOf(await stat(path, { bigint: true }));
    const bytes = crcBytes(crc.format, await computeCrc({ path, size, identity }, crc.format, context));
    try {
      await writeChanged(path, bytes, crc.offset);
    } catch (error) {
      throw writeError(error, path);
    }
    written[index] = {
      ...output,
      literals: output.literals.map((literal) => withBytes(literal, bytes, crc.offset)),
    };
  });
  return written;
}

/** Writes bytes where they are not what the file has: one that an earlier run finished keeps its time of change. */
async function writeChanged(path: string, bytes: Uint8Array, offset: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { buffer } = await file.read(new Uint8Array(bytes.length), 0, bytes.length, offset);
    if (!bytes.every((byte, i) => byte === buffer[i])) await file.write(bytes, 0, bytes.length, offset);
  } finally {
    await file.close();
  }
}

/** The output without the bytes of its CRC-32, which only its data says. */
export function withoutCrc(output: OutputFile): OutputFile {
  const { crc, literals } = output;
  if (!crc) return output;
  const end = crc.offset + crcBytes(crc.format, 0).length;
  const around = literals.flatMap(({ offset, bytes }) => {
    if (crc.offset < offset || end > offset + bytes.length) return [{ offset, bytes }];
    return [
      { offset, bytes: bytes.subarray(0, crc.offset - offset) },
      { offset: end, bytes: bytes.subarray(end - offset) },
    ];
  });
  return { ...output, literals: around };
}

/** The literal with some of its bytes replaced, if the offset lies in it. Literals are shared by files. */
function withBytes(literal: Literal, bytes: Uint8Array, offset: number): Literal {
  const at = offset - literal.offset;
  if (at < 0 || at >= literal.bytes.length) return literal;
  const replaced = literal.bytes.slice();
  replaced.set(bytes, at);
  return { offset: literal.offset, bytes: replaced };
}

/** Waits for all, so that no thread reads any more; the first failure stops the others and is thrown. */
async function each<T>(
  items: readonly T[],
  { control }: CrcContext,
  run: (item: T) => Promise<void>,
): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  await Promise.all(
    items.map((item) =>
      run(item).catch((error: unknown) => {
        failure ??= { error };
        control.stop();
      }),
    ),
  );
  if (failure) throw failure.error;
}

/** Bytes that computing these CRCs reads: what progress counts. */
export function crcBytesToRead(files: readonly { readonly size: number; readonly crc?: unknown }[]): number {
  return files.reduce((sum, { size, crc }) => sum + (crc === undefined ? 0 : size), 0);
}
