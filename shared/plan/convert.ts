import type { StoredTensor, WeightHeader } from '../checkpoint.ts';
import { serializeCheckpoint } from '../ckpt/serialize.ts';
import { mindSporeNameOf } from '../dtype.ts';
import { refuse } from '../errors.ts';
import type { WeightFile } from '../model.ts';
import { checkNewNames } from '../rename/check-names.ts';
import { serializeHeader } from '../safetensors/serialize.ts';
import { CRC_KEY, CRC_PLACEHOLDER, crcPlaceIn, storedCrc } from '../stored-crc.ts';
import { compareCodePoints } from '../text/code-point-order.ts';
import { escapeText } from '../text/escape.ts';
import { formatCount } from '../text/units.ts';
import { marksOf, textsOf } from './checkpoint-texts.ts';
import { convertWarnings } from './convert-warnings.ts';
import type { Extent } from './piece.ts';
import type { Move, OutputFile, Plan } from './plan.ts';
import { wholePiece } from './whole-piece.ts';

export interface ConvertRequest {
  readonly to: WeightHeader['format'];
  /** New names of parameters, by the old; others keep theirs. */
  readonly names: ReadonlyMap<string, string>;
  /** Each file is to say its CRC-32. */
  readonly crc: boolean;
  /** Path of a source's output in the output folder, with its new ending. */
  outputPath(file: WeightFile): string;
}

/**
 * The plan that writes each file in the other format, as MindSpore's `ckpt_to_safetensors` and
 * `safetensors_to_ckpt` do: types, shapes and bytes stay, one output a source. `str` parameters of a `.ckpt`
 * become metadata, and metadata become `str` parameters. What the target has no place for is in the warnings.
 *
 * @param files all of the other format; a stored CRC-32 is checked before anything is written
 * @throws CK_DTYPE, CK_LENGTH for what a `.ckpt` cannot hold; CP_CONFLICT for new names that lose a parameter
 */
export function planConvert(files: readonly WeightFile[], request: ConvertRequest): Plan {
  const headers = new Set(files.map(({ header }) => header));
  if (request.to === 'ckpt') checkTypes(files);
  const layouts = new Map([...headers].map((header) => [header, layOut(header, request)]));
  const outputs: OutputFile[] = [];
  const moves: Move[] = [];
  for (const [file, source] of files.entries()) {
    const layout = layouts.get(source.header);
    if (!layout) continue;
    outputs.push({ path: request.outputPath(source), ...layout.file });
    for (const { stored, name, extents } of layout.places) {
      const to = wholePiece(stored, { tensor: name, file, extents });
      moves.push({ from: [wholePiece(stored, { file })], to: [to] });
    }
  }
  return {
    job: 'convert',
    sources: files.map(({ path, size, identity, header }) => {
      const crc = storedCrc(header);
      return { path, size, identity, ...(crc && { crc }) };
    }),
    outputs,
    texts: [],
    moves,
    warnings: convertWarnings([...headers], request),
  };
}

/** How the output of every file with one header is laid out: ranks of a stage share it. */
interface Layout {
  readonly file: Omit<OutputFile, 'path'>;
  /** In the order in which they lie in the file. */
  readonly places: readonly {
    readonly stored: StoredTensor;
    readonly name: string;
    readonly extents: readonly Extent[];
  }[];
}

function layOut(header: WeightHeader, { to, names, crc }: ConvertRequest): Layout {
  const nameOf = (name: string) => names.get(name) ?? name;
  // MindSpore reads safetensors by name, and writes a .ckpt in the order it has read.
  const sources = header.tensors.toSorted((a, b) => compareCodePoints(a.name, b.name));
  const texts = textsOf(header);
  const marks = marksOf(header);
  checkNewNames(
    [...sources.map(({ name }) => name), ...texts.keys()].map((name) => ({ from: [name], to: nameOf(name) })),
  );
  const tensors = sources.map((tensor) => ({ ...tensor, name: nameOf(tensor.name) }));
  const metadata = new Map([...texts, ...marks].map(([name, text]) => [nameOf(name), text]));
  const tensorCount = tensors.length;
  const place = (extentsOf: (index: number) => readonly Extent[]) =>
    sources.map((stored, i) => ({ stored, name: nameOf(stored.name), extents: extentsOf(i) }));

  if (to === 'ckpt') {
    const { contents, ...file } = serializeCheckpoint(tensors, metadata, { crc });
    return { file: { ...file, tensorCount }, places: place((i) => contents[i] ?? []) };
  }
  const said = new Map([['format', 'ms'], ...metadata]);
  if (crc) said.set(CRC_KEY, CRC_PLACEHOLDER);
  const { bytes, offsets, size } = serializeHeader(tensors, said);
  const places = place((i) => [{ offset: offsets[i] ?? 0, length: tensors[i]?.byteLength ?? 0 }]);
  return {
    file: { literals: [{ offset: 0, bytes }], size, tensorCount, ...(crc && { crc: crcPlaceIn(bytes) }) },
    places: places.sort((a, b) => (a.extents[0]?.offset ?? 0) - (b.extents[0]?.offset ?? 0)),
  };
}

/** Refuses CK_DTYPE for all tensors whose type a `.ckpt` does not have, naming the first few. */
function checkTypes(files: readonly WeightFile[]): void {
  const unknown = new Map<string, { dtype: string; file: string }>();
  for (const { header, path } of files)
    for (const { name, dtype } of header.tensors)
      if (mindSporeNameOf(dtype) === undefined) unknown.set(name, { dtype, file: path });
  const [first] = unknown;
  if (!first) return;
  const named = [...unknown].slice(0, 5).map(([name, { dtype }]) => `'${escapeText(name)}' ${dtype}`);
  const more = unknown.size > named.length ? ', …' : '';
  const tensors =
    unknown.size === 1 ? '1 tensor has a type' : `${formatCount(unknown.size)} tensors have types`;
  refuse(
    'CK_DTYPE',
    `${tensors} that MindSpore's .ckpt does not have: ${named.join(', ')}${more}`,
    'Cast them to another type first, such as BF16, or keep the files as safetensors.',
    { tensor: first[0], file: first[1].file, expected: 'a MindSpore tensor type', found: first[1].dtype },
  );
}
