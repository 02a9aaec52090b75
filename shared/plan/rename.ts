import { refuse } from '../errors.ts';
import type { Model } from '../model.ts';
import type { ModelConfig } from '../rename/config.ts';
import { FAMILIES } from '../rename/family.ts';
import { NameTable, type Naming } from '../rename/names.ts';
import { OutputFiles } from '../rename/output-files.ts';
import { passagesOf } from '../rename/passages.ts';
import { remarksOn } from '../rename/remarks.ts';
import { plainTransfer, type Transfer, transferOf } from '../rename/transfer.ts';
import { naturalCompare } from '../text/natural-order.ts';
import { formatCount } from '../text/units.ts';
import { serializeWeightIndex } from '../weight-index.ts';
import { carriedMetadata } from './carried-metadata.ts';
import { shardName } from './merge.ts';
import { fillShards, splitIntoParts } from './parts.ts';
import type { Move, Plan } from './plan.ts';

export interface RenameRequest {
  /** Whose names the output has; its files are named as theirs too. */
  readonly to: Naming;
  /** What config.json beside the weights says: needed to join or split q, k and v. */
  readonly config?: ModelConfig;
  /** To MindSpore: join q, k, v into `w_qkv` and gate, up into `w_gate_hidden`. The way back always splits. */
  readonly qkvConcat: boolean;
  readonly maxShardBytes: number;
}

/**
 * The plan that writes weights under the other names: Hugging Face's or MindSpore's, for Llama and Qwen2. The
 * sources may be complete or cut over ranks. Moves that join or split tensors are in a view's coordinates
 * (`rename/row-groups.ts`): their pieces have one dimension more than the headers say.
 *
 * @throws CP_NO_TENSOR, CP_CONFLICT as `passagesOf`; CP_CONFIG as `gridForJoin`; CP_EMPTY without weights; what
 *   `Model.pieces` and `coverTensor` refuse
 */
export function planRename(model: Model, request: RenameRequest): Plan {
  const { to, config, maxShardBytes } = request;
  const weights = model.tensors.filter((tensor) => tensor.role !== 'hyper');
  if (weights.length === 0)
    refuse('CP_EMPTY', 'there is no weight to rename', 'Open the folder that has the weights.');

  const warnings: string[] = [];
  const huggingFace = to === 'huggingface';
  const table = new NameTable(config?.family ?? FAMILIES[0]);
  const passages = passagesOf(model, weights, table, request, warnings);
  const carried = carriedMetadata(model);
  const transfers = passages.map((passage) => transferOf(model, passage, config, carried));
  const tensors = transfers.flatMap(({ targets }) => targets).sort((a, b) => naturalCompare(a.name, b.name));
  const names = tensors.map(({ name }) => name);
  warnings.push(...remarksOn(names, model.byName, config));

  const general = new Map([...carried].filter(([key]) => !model.byName.has(key)));
  const marks = new Map(
    passages.flatMap((passage) =>
      passage.from.flatMap(({ name }) => {
        const mark = carried.get(name);
        return mark === undefined ? [] : passage.to.map((renamed) => [renamed, mark] as const);
      }),
    ),
  );
  const files = new OutputFiles(general.set('format', huggingFace ? 'pt' : 'ms'), marks);
  const parts = huggingFace ? fillShards(tensors, maxShardBytes) : splitIntoParts(tensors, maxShardBytes);
  const weightMap = new Map<string, string>();
  for (const [i, part] of parts.entries()) {
    const path = huggingFace ? shardName(i, parts.length) : `part${i}.safetensors`;
    files.add(path, part);
    for (const { name } of part) weightMap.set(name, path);
  }
  const hyper = hyperTransfers(model, huggingFace, warnings);
  if (hyper.length > 0)
    files.add(
      'hyper_param.safetensors',
      hyper.flatMap(({ targets }) => targets),
    );

  const total = tensors.reduce((sum, tensor) => sum + tensor.byteLength, 0);
  const index = {
    path: huggingFace ? 'model.safetensors.index.json' : 'param_name_map.json',
    text: serializeWeightIndex(weightMap, total),
  };
  return {
    job: 'rename',
    sources: model.files,
    outputs: files.outputs,
    texts: huggingFace && parts.length === 1 ? [] : [index],
    moves: inFileOrder(
      [...transfers, ...hyper].map(({ from, targets }) => ({
        from,
        to: targets.map((target) => files.piece(target)),
      })),
    ),
    warnings,
  };
}

/** What belongs to no weight keeps its names: beside MindSpore's weights; Hugging Face has no place for it. */
function hyperTransfers(model: Model, huggingFace: boolean, warnings: string[]): Transfer[] {
  const hyper = model.tensors.filter((tensor) => tensor.role === 'hyper');
  if (hyper.length > 0 && huggingFace) {
    warnings.push(
      `${formatCount(hyper.length)} hyper parameters are left out: a Hugging Face folder has no place for them.`,
    );
    return [];
  }
  // Every rank has a copy, and the files are in rank order.
  return hyper.map((tensor) => plainTransfer(tensor.name, tensor.dtype, model.pieces(tensor).slice(0, 1)));
}

/** Written from the front of each file to the back, so that it grows in order on disk. */
function inFileOrder(moves: readonly Move[]): Move[] {
  const first = ({ to: [piece] }: Move) => ({ file: piece?.file ?? 0, offset: piece?.offset ?? 0 });
  return [...moves].sort((a, b) => first(a).file - first(b).file || first(a).offset - first(b).offset);
}
