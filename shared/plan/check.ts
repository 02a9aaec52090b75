import type { StoredTensor } from '../checkpoint.ts';
import { refuse } from '../errors.ts';
import { type Box, boxKey } from '../layout/box.ts';
import type { Model } from '../model.ts';
import { parseHeader, readHeaderLength } from '../safetensors/header.ts';
import { PREFIX_LENGTH } from '../safetensors/limits.ts';
import { escapeText } from '../text/escape.ts';
import type { Piece } from './piece.ts';
import { type Move, type OutputFile, type Plan, tensorMoves } from './plan.ts';

/**
 * Holds a plan against what it was made from, before anything is written: each source piece must lie where the
 * header of its file says, with the box that the layout gives its rank, and each output piece where the header of
 * its own file will say. Reading back proves that bytes arrived as planned; this proves that they are the right ones.
 *
 * @throws INTERNAL naming the tensor and what does not fit: it would be a fault of planning
 */
export function checkPlan(plan: Plan, model: Model): void {
  const sources = new SourceCheck(model);
  const outputs = new OutputCheck(plan.outputs);
  const renames = plan.job === 'rename' || plan.job === 'convert';
  for (const move of tensorMoves(plan)) {
    if (!renames) checkNames(move);
    for (const piece of move.from) sources.check(piece, plan.job !== 'convert');
    for (const piece of move.to) outputs.check(piece);
  }
}

function checkNames({ from, to }: Move): void {
  for (const source of from)
    for (const { tensor } of to)
      if (tensor !== source.tensor) refuseMisfit(source, `would be written as '${escapeText(tensor)}'`);
}

class SourceCheck {
  readonly #model: Model;
  readonly #stored = new Map<object, ReadonlyMap<string, StoredTensor>>();
  /** Box of each file's piece of the tensor looked at last: moves come tensor by tensor. '' is a name like any. */
  #boxes: { tensor?: string; byFile: ReadonlyMap<number, Box> } = { byFile: new Map() };

  constructor(model: Model) {
    this.#model = model;
  }

  check(piece: Piece, hasLayout: boolean): void {
    const header = this.#model.files[piece.file]?.header;
    const stored = header && this.#tensorsOf(header).get(piece.tensor);
    if (!stored) refuseMisfit(piece, `is not in source ${piece.file}`);
    if (stored.dtype !== piece.dtype) refuseMisfit(piece, `is ${stored.dtype} there`);
    if (!lies(piece, stored)) refuseMisfit(piece, 'does not lie there');
    const tensor = this.#model.byName.get(piece.tensor);
    // Joined and split tensors are in the coordinates of a view; then only the bytes can be held against anything.
    if (!tensor || !hasLayout || piece.shape.join() !== tensor.shape.join()) return;
    if (this.#boxes.tensor !== tensor.name) {
      const pieces = this.#model.pieces(tensor);
      this.#boxes = {
        tensor: tensor.name,
        byFile: new Map(pieces.map(({ file, box }) => [file, box])),
      };
    }
    const held = this.#boxes.byFile.get(piece.file);
    if (!held || (held !== piece.box && boxKey(held) !== boxKey(piece.box)))
      refuseMisfit(piece, 'is not the part of the tensor that its rank holds');
  }

  #tensorsOf(header: Model['files'][number]['header']): ReadonlyMap<string, StoredTensor> {
    const known = this.#stored.get(header) ?? byName(header.tensors);
    this.#stored.set(header, known);
    return known;
  }
}

/** A piece is all of what is stored, or rows of it that go by themselves. */
function lies({ offset, byteLength }: Piece, stored: StoredTensor): boolean {
  if (byteLength === stored.byteLength) return byteLength === 0 || offset === stored.offset;
  const extents = stored.extents ?? [{ offset: stored.offset, length: stored.byteLength }];
  return (
    byteLength < stored.byteLength &&
    extents.some((extent) => offset >= extent.offset && offset < extent.offset + extent.length)
  );
}

class OutputCheck {
  readonly #outputs: readonly OutputFile[];
  /** By the header's bytes: ranks with equal headers share them. */
  readonly #headers = new Map<Uint8Array, ReadonlyMap<string, StoredTensor>>();

  constructor(outputs: readonly OutputFile[]) {
    this.#outputs = outputs;
  }

  check(piece: Piece): void {
    const output = this.#outputs[piece.file];
    if (!output) refuseMisfit(piece, `goes to output ${piece.file}, which there is not`);
    // What stands around the values of a .ckpt says no offsets.
    if (!output.path.endsWith('.safetensors')) return;
    const stored = this.#tensorsOf(output).get(piece.tensor);
    const { offset, byteLength, dtype } = piece;
    const shape = piece.storedShape ?? piece.box.extent;
    if (stored?.offset !== offset || stored.byteLength !== byteLength)
      refuseMisfit(piece, `is to lie elsewhere by the header of ${output.path}`);
    if (stored.dtype !== dtype || stored.shape.join() !== shape.join())
      refuseMisfit(piece, `is ${stored.dtype} [${stored.shape.join(', ')}] by the header of ${output.path}`);
  }

  #tensorsOf({ literals, size }: OutputFile): ReadonlyMap<string, StoredTensor> {
    const bytes = literals[0]?.bytes ?? new Uint8Array();
    let tensors = this.#headers.get(bytes);
    if (!tensors) {
      const length = readHeaderLength(bytes.subarray(0, PREFIX_LENGTH), size);
      tensors = byName(parseHeader(bytes.subarray(PREFIX_LENGTH, PREFIX_LENGTH + length), size).tensors);
      this.#headers.set(bytes, tensors);
    }
    return tensors;
  }
}

function byName(tensors: readonly StoredTensor[]): ReadonlyMap<string, StoredTensor> {
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}

function refuseMisfit({ tensor, offset, box }: Piece, what: string): never {
  return refuse(
    'INTERNAL',
    `The plan is wrong about '${escapeText(tensor)}', [${box.start}] + [${box.extent}] at byte ${offset}: it ${what}.`,
    'This is a fault in Shardscope, and nothing was written. Please report it.',
    { tensor },
  );
}
