import type { WeightHeader } from '../../../shared/checkpoint.ts';
import type { Fault } from '../../../shared/errors.ts';
import type { FileDetail, ListedFile, MetadataEntry } from '../../../shared/files.ts';
import { tensorsBeyond } from '../../../shared/safetensors/header.ts';
import { PREFIX_LENGTH } from '../../../shared/safetensors/limits.ts';
import { storedCrc } from '../../../shared/stored-crc.ts';
import type { OpenCheckpoint } from '../open/open.ts';
import { unpackHeader } from '../open/packed-header.ts';
import { weightFormat } from '../open/weight-names.ts';
import type { ListContext } from './list-files.ts';

/** Characters of a metadata value that are shown; training notes are a few hundred. */
const MOST_CHARACTERS = 20_000;
const MOST_KEYS = 10_000;
const MOST_CUT = 1000;
/** Characters of a name that are looked for: a pattern of all of a longer one is too large to be made. */
const SOUGHT = 1000;

/** What one file is, holds and says; what is wrong with it is told, not thrown. */
export async function fileDetail(
  { model, summary }: OpenCheckpoint,
  file: ListedFile,
  context: ListContext,
): Promise<FileDetail> {
  const problems = summary.problems.filter((problem) => problem.file === file.path);
  const known = model.files.find(({ path }) => path === file.path);
  const isWeights = weightFormat(file.path) !== undefined && file.kind !== 'strategy';
  if (!isWeights) return { ...file, metadata: [], problems, header: await hasText(file, context) };
  // Also those that were opened damaged: why is in the reading.
  const { header, fault } =
    known && problems.every(({ severity }) => severity !== 'error')
      ? { header: known.header, fault: undefined }
      : await readHeader(file.path, context);
  const crc = header && storedCrc(header);
  return {
    ...file,
    problems: problems.filter(({ code, message }) => code !== fault?.code || message !== fault.message),
    metadata: header ? metadataOf(header) : [],
    header: header !== undefined || (await hasText(file, context)),
    ...(header && {
      tensorCount: header.tensors.length,
      headerLength: header.headerLength,
      dataBytes: header.tensors.reduce((sum, { byteLength }) => sum + byteLength, 0),
    }),
    ...(crc && { crc: crc.stored }),
    ...(fault && { fault, ...(await placeOf(fault, file, header, context)) }),
    ...(header && fault?.code === 'ST_TRUNCATED' && { salvage: salvageOf(header, file.size) }),
  };
}

async function readHeader(
  path: string,
  { pool, roots, signal }: ListContext,
): Promise<{ readonly header?: WeightHeader; readonly fault?: Fault | undefined }> {
  const { files, headers } = await pool.run(
    { type: 'read-headers', paths: [path], roots, salvage: true },
    signal,
  );
  const [outcome] = files;
  const header = outcome?.header === undefined ? undefined : headers[outcome.header]?.header;
  return { ...(header && { header: unpackHeader(header) }), fault: outcome?.fault };
}

/** Whether there is a text to show as a tree; also of a damaged header, up to where it is damaged. */
function hasText({ path }: ListedFile, { pool, roots, signal }: ListContext): Promise<boolean> {
  return pool.run({ type: 'header-text', path, roots }, signal).then(
    () => true,
    () => false,
  );
}

function metadataOf({ metadata }: WeightHeader): MetadataEntry[] {
  return [...metadata].slice(0, MOST_KEYS).map(([key, value]) => ({
    key,
    value: value.slice(0, MOST_CHARACTERS),
    length: value.length,
  }));
}

/** The byte at which a fault shows: its sentence says it, or the tensor's entry in the header, or the file's end. */
async function placeOf(
  fault: Fault,
  { path, size }: ListedFile,
  header: WeightHeader | undefined,
  { pool, roots, signal }: ListContext,
): Promise<{ faultAt?: number }> {
  const said = /\bat byte (\d+)/.exec(fault.message)?.[1];
  if (said !== undefined) return { faultAt: Number(said) };
  if (fault.code === 'ST_TRUNCATED') return { faultAt: size };
  if (fault.code === 'ST_TRAILING' && header) return { faultAt: dataEnd(header) };
  if (fault.tensor === undefined || !path.endsWith('.safetensors'))
    return fault.code.startsWith('IO_') ? {} : { faultAt: 0 };
  const text = await pool.run({ type: 'header-text', path, roots }, signal);
  const name = JSON.stringify(fault.tensor.slice(0, SOUGHT));
  const wanted = fault.tensor.length > SOUGHT ? name.slice(0, -1) : name;
  const [first] = await pool.run({ type: 'find-text', text, roots, wanted }, signal);
  return { faultAt: PREFIX_LENGTH + (first ?? 0) };
}

function dataEnd({ tensors, headerLength }: WeightHeader): number {
  return tensors.reduce((end, { offset, byteLength }) => Math.max(end, offset + byteLength), headerLength);
}

function salvageOf(header: WeightHeader, size: number): NonNullable<FileDetail['salvage']> {
  const cut = tensorsBeyond(header, size);
  const lost = new Set(cut);
  const whole = header.tensors.filter((tensor) => !lost.has(tensor));
  return {
    whole: whole.length,
    wholeBytes: whole.reduce((sum, { byteLength }) => sum + byteLength, 0),
    cut: cut.slice(0, MOST_CUT).map(({ name }) => name),
  };
}
