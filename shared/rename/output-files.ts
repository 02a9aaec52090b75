import type { Piece } from '../plan/piece.ts';
import type { OutputFile } from '../plan/plan.ts';
import { serializeHeader } from '../safetensors/serialize.ts';
import type { Target } from './transfer.ts';

/** The output files of a renaming, and where each target lies in them. */
export class OutputFiles {
  readonly outputs: OutputFile[] = [];
  readonly #places = new Map<Target, { file: number; offset: number }>();
  readonly #metadata: ReadonlyMap<string, string>;
  readonly #marks: ReadonlyMap<string, string>;

  /**
   * @param metadata goes into every file
   * @param marks metadata under a tensor's (new) name, which goes with the tensor: value `Int4`
   */
  constructor(metadata: ReadonlyMap<string, string>, marks: ReadonlyMap<string, string>) {
    this.#metadata = metadata;
    this.#marks = marks;
  }

  add(path: string, targets: readonly Target[]): void {
    const metadata = new Map(this.#metadata);
    for (const { name } of targets) {
      const mark = this.#marks.get(name);
      if (mark !== undefined) metadata.set(name, mark);
    }
    const header = serializeHeader(targets, metadata);
    const file = this.outputs.length;
    for (const [i, target] of targets.entries())
      this.#places.set(target, { file, offset: header.offsets[i] ?? 0 });
    this.outputs.push({
      path,
      literals: [{ offset: 0, bytes: header.bytes }],
      size: header.size,
      tensorCount: targets.length,
    });
  }

  /** The target as a piece of the file that it was added to, in its move's coordinates. */
  piece(target: Target): Piece {
    const place = this.#places.get(target);
    if (!place) throw new RangeError(`${target.name} was given no file`);
    const { name, dtype, shape, byteLength, view } = target;
    const joined = view.box.extent.length !== shape.length;
    return { tensor: name, dtype, byteLength, ...view, ...place, ...(joined && { storedShape: shape }) };
  }
}
