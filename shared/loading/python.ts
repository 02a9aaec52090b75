import { commandLine } from '../command-line.ts';
import { t } from '../text/t.ts';
import type { LoadingFacts } from './facts.ts';
import type { Prepared } from './prepare.ts';
import { DST_STRATEGY, outOf } from './steps.ts';
import type { Target } from './target.ts';

/** Python that loads the same weights without MindSpore Transformers. */
export interface PythonLines {
  readonly mindspore: string;
  readonly safetensors: string;
}

export function pythonLines(facts: LoadingFacts, prepared: Prepared, target: Target): PythonLines {
  return {
    mindspore: mindsporeLines(facts, prepared, target).join('\n'),
    safetensors: safetensorsLines(facts, prepared, target).join('\n'),
  };
}

const intoNetwork = () => `# network: ${t('your model')}`;
const compiled = () => `# network: ${t('your model, compiled for the layout so that its strategy is there')}`;

function mindsporeLines(facts: LoadingFacts, prepared: Prepared, target: Target): string[] {
  const { folder, format, whole, srcStrategy, redundancyRemoved } = prepared;
  if (srcStrategy !== undefined) return mergedLines(facts, prepared, srcStrategy);
  if (whole && target.cards > 1)
    return ['import mindspore as ms', '', compiled(), ...distributed(JSON.stringify(folder), target)];
  const read = `ms.load_checkpoint(str(file), format="${format}")`;
  if (whole)
    return [
      ...(isFile(folder) ? [] : ['from pathlib import Path', '']),
      'import mindspore as ms',
      '',
      ...(isFile(folder)
        ? [`parameters = ms.load_checkpoint(${JSON.stringify(folder)}, format="${format}")`]
        : [
            'parameters = {}',
            `for file in sorted(Path(${JSON.stringify(folder)}).glob("*.${format}")):`,
            `    parameters.update(${read})`,
          ]),
      intoNetwork(),
      'not_loaded, _ = ms.load_param_into_net(network, parameters)',
    ];
  const removed = redundancyRemoved ? ', remove_redundancy=True' : '';
  return [
    'from pathlib import Path',
    '',
    'import mindspore as ms',
    'from mindspore.communication import get_rank, init',
    '',
    'init()',
    'rank = get_rank()',
    `file = ${rankFile(prepared)}`,
    `parameters = ms.load_checkpoint(str(file), format="${format}"${removed})`,
    intoNetwork(),
    `not_loaded, _ = ms.load_param_into_net(network, parameters${removed})`,
  ];
}

function mergedLines(facts: LoadingFacts, prepared: Prepared, srcStrategy: string): string[] {
  const merged = /\.ckpt$/i.test(srcStrategy) ? srcStrategy : './output/merged_strategy/src_strategy.ckpt';
  const suffix =
    facts.type === 'ranks' && facts.save.suffix !== ''
      ? [`    file_suffix=${JSON.stringify(facts.save.suffix)},`]
      : [];
  return [
    'import mindspore as ms',
    '',
    ...(merged === srcStrategy
      ? []
      : [`ms.merge_pipeline_strategys(${JSON.stringify(srcStrategy)}, ${JSON.stringify(merged)})`]),
    'ms.unified_safetensors(',
    `    src_dir=${JSON.stringify(prepared.folder)},`,
    `    src_strategy_file=${JSON.stringify(merged)},`,
    '    dst_dir="./output/unified_checkpoint",',
    `    merge_with_redundancy=${prepared.redundancyRemoved ? 'False' : 'True'},`,
    ...suffix,
    ')',
    compiled(),
    ...distributed('"./output/unified_checkpoint"', { dstStrategy: undefined }),
  ];
}

function distributed(folder: string, { dstStrategy }: Pick<Target, 'dstStrategy'>): string[] {
  return [
    'ms.load_distributed_checkpoint(',
    '    network,',
    `    predict_strategy=${JSON.stringify(dstStrategy ?? DST_STRATEGY)},`,
    `    unified_safetensors_dir=${folder},`,
    '    format="safetensors",',
    ')',
  ];
}

function safetensorsLines(facts: LoadingFacts, prepared: Prepared, target: Target): string[] {
  if (prepared.format === 'ckpt') {
    const out = outOf(facts, 'safetensors');
    const command = commandLine({ job: 'convert', path: facts.path, to: 'safetensors', out });
    return [
      `# ${t('The safetensors library reads no .ckpt. Convert the files first:')}`,
      ...command.split('\n').map((line) => `#   ${line}`),
    ];
  }
  const { folder, whole } = prepared;
  const imports = [
    ...(whole && isFile(folder) ? [] : ['from pathlib import Path', '']),
    ...(facts.bfloat16 ? [`import mindspore  # ${t('teaches NumPy bfloat16, which it lacks')}`] : []),
    'from safetensors.numpy import load_file',
    '',
  ];
  if (whole && isFile(folder)) return [...imports, `tensors = load_file(${JSON.stringify(folder)})`];
  if (whole)
    return [
      ...imports,
      'tensors = {}',
      `for file in sorted(Path(${JSON.stringify(folder)}).glob("*.safetensors")):`,
      '    tensors.update(load_file(file))',
    ];
  const ranks =
    facts.type === 'ranks' && prepared.srcStrategy !== undefined ? facts.ranks.length : target.cards;
  return [
    ...imports,
    `# ${t('What each rank holds: slices, which shardscope merge puts together.')}`,
    'slices = {}',
    `for rank in range(${ranks}):`,
    `    file = ${rankFile(prepared)}`,
    '    slices[rank] = load_file(file)',
  ];
}

function rankFile({ folder, format, fileName }: Prepared): string {
  const rank = `Path(${JSON.stringify(folder)}) / f"rank_{rank}"`;
  return fileName === undefined
    ? `next((${rank}).glob("*.${format}"))`
    : `${rank} / ${fileName.includes('{rank}') ? 'f' : ''}${JSON.stringify(fileName)}`;
}

function isFile(path: string): boolean {
  return /\.(safetensors|ckpt)$/i.test(path);
}
