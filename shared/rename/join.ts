import { refuse } from '../errors.ts';
import { escapeText } from '../text/escape.ts';
import type { ModelConfig } from './config.ts';
import type { JoinNames } from './names.ts';
import type { RowGroups, Share } from './row-groups.ts';

/** How the rows of a joined tensor are grouped, and each part's share of a group, in the order of the parts. */
export interface Grid extends RowGroups {
  readonly shares: readonly Share[];
}

/** A tensor that is joined or split, with its shape in elements. */
export interface Shaped {
  readonly name: string;
  readonly shape: readonly number[];
}

const CHECK_CONFIG = 'Take the config.json of the model that these weights are of.';
const CHECK_SOURCE = 'The tensors are not of one model; check where they come from.';

/**
 * The grid for joining `parts`, in the rule's order. By heads: a group for each key/value head with the rows of
 * its query heads, its key rows, its value rows. By rows: a row of each part in turn.
 *
 * @throws CP_CONFIG when heads are needed and `config` is absent or gives other sizes; CP_CONFLICT when the
 *   parts' dimensions do not fit each other
 */
export function gridForJoin(
  join: JoinNames,
  parts: readonly Shaped[],
  config: ModelConfig | undefined,
): Grid {
  const grid = gridOf(join, parts[0]?.shape[0] ?? 0, config);
  for (const [i, { name, shape }] of parts.entries()) {
    const expected = grid.groups * (grid.shares[i]?.rows ?? 0);
    if (shape[0] !== expected)
      refuseRows(name, expected, shape[0], join.rule.by === 'heads' ? config : undefined);
    checkColumns(join, { name, shape }, parts[0], config);
  }
  return grid;
}

/** The grid of a tensor that is to be split. Throws as `gridForJoin` does. */
export function gridForSplit(join: JoinNames, whole: Shaped, config: ModelConfig | undefined): Grid {
  const rows = whole.shape[0] ?? 0;
  const grid = gridOf(join, Math.floor(rows / join.parts.length), config);
  const expected = grid.groups * grid.rows;
  if (rows !== expected)
    refuseRows(whole.name, expected, rows, join.rule.by === 'heads' ? config : undefined);
  checkColumns(join, whole, whole, config);
  return grid;
}

function gridOf(join: JoinNames, rowsOfPart: number, config: ModelConfig | undefined): Grid {
  const byHeads = join.rule.by === 'heads';
  const heads = byHeads ? needConfig(join, config) : undefined;
  let rows = 0;
  const shares = (heads ? headRows(heads) : join.parts.map(() => 1)).map((count): Share => {
    const share = { start: rows, rows: count };
    rows += count;
    return share;
  });
  return { groups: heads ? heads.keyValueHeads : rowsOfPart, rows, shares };
}

/** Query, key and value rows of one key/value head. */
function headRows({ attentionHeads, keyValueHeads, headSize }: ModelConfig): readonly number[] {
  return [(attentionHeads / keyValueHeads) * headSize, headSize, headSize];
}

function needConfig(join: JoinNames, config: ModelConfig | undefined): ModelConfig {
  if (config) return config;
  return refuse(
    'CP_CONFIG',
    `the order of the rows in '${escapeText(join.whole)}' depends on the numbers of heads, which no tensor tells`,
    "Put the model's config.json beside the weights: num_attention_heads, num_key_value_heads and hidden_size are read from it.",
    { tensor: join.whole, expected: 'config.json', found: 'none' },
  );
}

function refuseRows(
  name: string,
  expected: number,
  found: number | undefined,
  config: ModelConfig | undefined,
): never {
  const where = { tensor: name, expected: `${expected} rows`, found: `${found ?? 'no'} rows` };
  const has = `'${escapeText(name)}' has ${found ?? 'no'} rows`;
  if (!config)
    return refuse('CP_CONFLICT', `${has}, for rows in turn it needs ${expected}`, CHECK_SOURCE, where);
  const { attentionHeads, keyValueHeads, headSize } = config;
  return refuse(
    'CP_CONFIG',
    `config.json says ${attentionHeads} query heads and ${keyValueHeads} key/value heads of ${headSize} rows each, so ${expected} rows; ${has}`,
    CHECK_CONFIG,
    where,
  );
}

/** Rows of one length everywhere; by heads a weight's rows are as long as the hidden size. */
function checkColumns(
  join: JoinNames,
  { name, shape }: Shaped,
  first: Shaped | undefined,
  config: ModelConfig | undefined,
): void {
  const [, ...rest] = shape;
  if (first && rest.join() !== first.shape.slice(1).join())
    refuse(
      'CP_CONFLICT',
      `'${escapeText(name)}' is [${shape.join(', ')}], '${escapeText(first.name)}' is [${first.shape.join(', ')}]: rows of other lengths cannot be joined`,
      CHECK_SOURCE,
      { tensor: name },
    );
  if (join.rule.by === 'heads' && join.kind === 'weight' && config && rest.join() !== `${config.hiddenSize}`)
    refuse(
      'CP_CONFIG',
      `config.json says the hidden size is ${config.hiddenSize}, '${escapeText(name)}' is [${shape.join(', ')}]`,
      CHECK_CONFIG,
      {
        tensor: name,
        expected: `${config.hiddenSize} columns`,
        found: `${rest.join(' × ') || 'no'} columns`,
      },
    );
}
