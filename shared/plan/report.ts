import { crc32Text } from '../crc32.ts';
import type { CastFindings } from '../jobs.ts';
import { type Box, boxKey, intersect, volume } from '../layout/box.ts';
import type { ReplicaDifference } from '../replica-difference.ts';
import { REPORT_HEAD, type ReportCounts, type ReportDraft, type ReportTensor } from '../report.ts';
import { castWarnings } from './cast.ts';
import type { Piece } from './piece.ts';
import { type Move, outputPieces, type Plan, type SourceFile } from './plan.ts';

/** What a report says that the plan does not know. */
export interface ReportRequest {
  /** Version of the program. */
  readonly shardscope: string;
  readonly fingerprint: string;
  readonly options: ReportDraft['options'];
  /** Folder that the job was given, or that its file lies in: sources below it are named relative to it. */
  readonly root: string;
  readonly counts: ReportCounts;
}

/** CRC-32 sums of an output that was read back. */
export interface OutputSums {
  /** Of each output piece, in the order of `outputPieces`. */
  readonly pieces: Uint32Array;
  /** Of each file's bytes that are no tensor's: first `outputs`, then `texts`. */
  readonly files: readonly number[];
}

/** What carrying out a plan brought out. */
export interface Outcome {
  readonly sums?: OutputSums;
  readonly casts?: CastFindings;
  readonly differences?: readonly ReplicaDifference[];
}

/** The report of a plan that was carried out; without `sums` nothing was verified. Tensors are made one by one. */
export function reportOf(
  plan: Plan,
  request: ReportRequest,
  { sums, casts, differences = [] }: Outcome = {},
): ReportDraft {
  const { shardscope, fingerprint, options, root, counts } = request;
  const files = [
    ...plan.outputs.map(({ path, size, tensorCount }) => ({ path, size, tensors: tensorCount })),
    ...plan.texts.map(({ path, text }) => ({ path, size: utf8Length(text), tensors: 0 })),
  ];
  const fileSums = sums && [...sums.files];
  // A file that is copied whole has no tensor, so that all of its bytes count here.
  outputPieces(plan).forEach(({ file }, i) => {
    if (fileSums && plan.outputs[file]?.tensorCount === 0) fileSums[file] = sums.pieces[i] ?? 0;
  });
  return {
    ...REPORT_HEAD,
    shardscope,
    fingerprint,
    options,
    verified: sums !== undefined,
    counts,
    warnings: [...plan.warnings, ...castWarnings(casts)],
    decisions: differences.map((one) => ({ ...one, file: below(one.file, root) })),
    sources: plan.sources.map((source) => sourceOf(source, root)),
    files: files.map((file, i) => ({ ...file, ...(fileSums && { crc32: crc32Text(fileSums[i] ?? 0) }) })),
    tensors: tensorsOf(plan, sums?.pieces),
  };
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

function sourceOf({ path, size, identity, rank }: SourceFile, root: string) {
  const [, , , mtimeNs = '0'] = identity.split(':');
  const modified = new Date(Number(BigInt(mtimeNs) / 1_000_000n)).toISOString();
  return { path: below(path, root), size, modified, ...(rank !== undefined && { rank }) };
}

function below(path: string, root: string): string {
  const rest = path.startsWith(root) ? path.slice(root.length) : '';
  return /^[/\\]./.test(rest) ? rest.slice(1).replaceAll('\\', '/') : path;
}

interface Written {
  readonly piece: Piece;
  readonly from: Move['from'];
  readonly sum: number | undefined;
}

function* tensorsOf(plan: Plan, sums: Uint32Array | undefined): Generator<ReportTensor> {
  const written: Written[] = [];
  for (const { from, to } of plan.moves)
    for (const piece of to) written.push({ piece, from, sum: sums?.[written.length] });
  written.sort((a, b) => a.piece.file - b.piece.file || a.piece.offset - b.piece.offset);
  const origins = new Origins();
  for (const { piece, from, sum } of written) {
    if (plan.outputs[piece.file]?.tensorCount === 0) continue;
    yield {
      name: piece.tensor,
      dtype: piece.dtype,
      shape: [...(piece.storedShape ?? piece.box.extent)],
      bytes: piece.byteLength,
      file: piece.file,
      ...(sum !== undefined && { crc32: crc32Text(sum) }),
      from: origins.of(piece, from),
    };
  }
}

/** Which sources fill a piece. Found once for each box of a move: a thousand ranks may hold one. */
class Origins {
  readonly #known = new Map<Move['from'], Map<string, ReportTensor['from']>>();

  of(piece: Piece, from: Move['from']): ReportTensor['from'] {
    let boxes = this.#known.get(from);
    if (boxes === undefined) {
      boxes = new Map();
      this.#known.set(from, boxes);
    }
    const key = boxKey(piece.box);
    let origins = boxes.get(key);
    if (origins === undefined) {
      origins = originsOf(piece, from);
      boxes.set(key, origins);
    }
    return origins;
  }
}

function originsOf(piece: Piece, from: Move['from']): ReportTensor['from'] {
  const origins: ReportTensor['from'] = [];
  for (const source of from) {
    const box = intersect(source.box, piece.box);
    if (box === undefined || volume(box.extent) === 0) continue;
    const { file, tensor } = source;
    const last = origins.at(-1);
    const name = tensor === piece.tensor ? {} : { tensor };
    if (piece.storedShape === undefined) origins.push({ file, ...name, ...partOf(box, source.shape) });
    else if (last?.file !== file || last.tensor !== name.tensor) origins.push({ file, ...name });
  }
  return origins;
}

function partOf(
  { start, extent }: Box,
  shape: readonly number[],
): { box?: { start: number[]; extent: number[] } } {
  if (volume(extent) === volume(shape)) return {};
  return { box: { start: [...start], extent: [...extent] } };
}
