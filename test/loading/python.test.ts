import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type Loading, loadingOf } from '../../shared/loading/loading.ts';
import { completeSummary, rankSummary } from '../../shared/loading/sample-summary.ts';
import { SCENARIOS } from '../../shared/loading/scenarios.ts';
import { loadingStream } from '../../shared/loading/stream.ts';

const PYTHON = process.env.SHARDSCOPE_PYTHON ?? 'python3';
const hasPython = spawnSync(PYTHON, ['--version']).status === 0;
const hasYaml = spawnSync(PYTHON, ['-c', 'import yaml']).status === 0;

/** Characters that end lines and comments, are read as numbers, or cannot stand in YAML at all. */
const PATHS = [
  '/data/run',
  '/data/1_20',
  'C:\\runs\\a',
  '/data/a #b: "c" \'d\'',
  '/data/a\nb',
  '/data/\u0085\u2028\t\u007f',
  '/数据/模型',
];

const summaries = PATHS.flatMap((path) => [
  completeSummary({ path }),
  completeSummary({ path, modelType: 'qwen2' }),
  rankSummary({ path }),
  rankSummary({ path, suffix: '1_10' }),
  rankSummary({ path, missingRanks: [3], dtypes: [{ dtype: 'BF16', tensors: 1, bytes: 2 }] }),
]);

const all: Loading[] = summaries.flatMap((summary) =>
  SCENARIOS.flatMap(({ id }) => {
    try {
      return [loadingOf(summary, { scenario: id })];
    } catch {
      return [];
    }
  }),
);

function answer(script: string, value: unknown): unknown {
  return JSON.parse(execFileSync(PYTHON, ['-c', script], { input: JSON.stringify(value), encoding: 'utf8' }));
}

test.skipIf(!hasYaml)('PyYAML reads what is written here to the same values', () => {
  const streams = all.map(loadingStream);
  const read = answer(
    'import json, sys, yaml; print(json.dumps([list(yaml.safe_load_all(text)) for text in json.load(sys.stdin)]))',
    streams,
  );
  const here = streams.map((stream) =>
    parseAllDocuments(stream, { version: '1.1' }).map((one) => one.toJS()),
  );
  expect(here.length).toBeGreaterThan(200);
  expect(read).toEqual(here);
});

test.skipIf(!hasPython)('Python takes every line that is shown', () => {
  const lines = all.flatMap(({ python }) => Object.values(python));
  const script = `
import ast, json, sys
def error(text):
    try:
        ast.parse(text)
    except SyntaxError as fault:
        return f"{fault}: {text}"
print(json.dumps([error(text) for text in json.load(sys.stdin)]))
`;
  expect(new Set(answer(script, lines) as unknown[])).toEqual(new Set([null]));
});
