import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { combineStrategies, mergeStrategyFiles } from '../../shared/strategy/combine.ts';
import { readStrategyFile } from '../../shared/strategy/read.ts';
import type { Layout, StrategyFile, StrategyItem } from '../../shared/strategy/strategy.ts';
import { writeStrategyProtobuf } from '../../shared/strategy/write.ts';
import { readSafetensors } from '../random/files.ts';
import { Jobs } from '../random/jobs.ts';
import { type Case, fixtureCases, randomCases } from './cases.ts';
import { Comparison, type Digests, digestsOf, updateDocument } from './comparison.ts';
import { MindSpore } from './peer.ts';

const python = process.env.MINDSPORE_PYTHON;
const RANDOM_LAYOUTS = Number(process.env.SHARDSCOPE_LAYOUTS ?? 30);

/** MindSpore 2.10.0 finds the holders of such a slice from the first dimension alone, and takes wrong ones. */
const SEVERAL_AXES = 'the same, tensors with several axes a dimension, which MindSpore 2.10.0 merges wrongly';

/** Same jobs, both programs, tensor by tensor: dtype, shape, SHA-256 of the bytes. */
if (python) describe('beside MindSpore', () => compare(new MindSpore(python)));
else test.skip('beside MindSpore: MINDSPORE_PYTHON names no Python that has it', () => {});

function compare(peer: MindSpore): void {
  const jobs = new Jobs();
  const folder = mkdtempSync(join(tmpdir(), 'shardscope-mindspore-'));
  const comparison = new Comparison();
  afterAll(async () => {
    await Promise.all([peer.close(), jobs.close()]);
    rmSync(folder, { recursive: true, force: true });
    console.info(comparison.table());
    if (process.env.SHARDSCOPE_UPDATE_DOCS)
      updateDocument(join(import.meta.dirname, '../../docs/mindspore-comparison.md'), comparison.table());
  });

  const cases = [...fixtureCases(), ...randomCases(folder, RANDOM_LAYOUTS)];
  describe.each(cases)('$name', (one) => {
    const at = join(folder, folderName(one.name));
    const out = (name: string) => join(at, name);

    test('slices', async () => {
      await jobs.run({ job: 'slice', path: one.complete, dstStrategy: one.merged, out: out('slices') });
      await peer.call('slice', {
        ...{ src: one.complete, strategy: one.merged },
        ...{ dst: out('their-slices'), ranks: one.rankCount },
      });
      const row = 'slice, beside `load_distributed_checkpoint`';
      comparison.layout(row);
      for (let rank = 0; rank < one.rankCount; rank++)
        comparison.equal(
          row,
          inFolder(out(`slices/rank_${rank}`)),
          inFolder(out(`their-slices/rank_${rank}`)),
          `rank ${rank}`,
        );
    });

    test('merge', async () => {
      await jobs.run({ job: 'merge', path: one.ranks, strategy: one.merged, out: out('merged') });
      const redundant = !one.deduplicated;
      await peer.call('merge', { src: one.ranks, strategy: one.merged, dst: out('their-merged'), redundant });
      const row = 'merge, beside `unified_safetensors`';
      comparison.layout(row);
      comparison.equal(row, inFolder(out('merged')), inFolder(out('their-merged')), one.name);
      expect(partsOf(out('merged'))).toEqual(partsOf(out('their-merged')));
    });

    test('each puts together what the other cut', async () => {
      await jobs.run({
        job: 'merge',
        path: out('their-slices'),
        strategy: one.merged,
        out: out('ours-of-theirs'),
      });
      await peer.call('merge', { src: out('slices'), strategy: one.merged, dst: out('theirs-of-ours') });
      const whole = inFolder(one.complete);
      for (const [row, result] of [
        ['our merge of MindSpore’s slices, beside the complete weights', 'ours-of-theirs'],
        ['MindSpore’s merge of our slices, beside the complete weights', 'theirs-of-ours'],
      ] as const) {
        comparison.layout(row);
        comparison.equal(row, inFolder(out(result)), whole, one.name);
      }
    });

    // MindSpore's transform takes no checkpoint without redundancy.
    test.skipIf(one.deduplicated)(`reshard to ${one.target.name}`, async () => {
      await jobs.run({
        ...{ job: 'reshard', path: one.ranks, strategy: one.merged },
        ...{ dstStrategy: one.target.merged, out: out('reshard') },
      });
      const ask = (format: string) =>
        peer.call('reshard', {
          ...{ src: one.ranks, dst: out(`their-reshard-${format}`), format },
          ...{ src_strategy: one.merged, dst_strategy: one.target.merged },
        });
      const row = 'reshard, beside `transform_checkpoints` with `.ckpt` output';
      const wrong = 'the same with safetensors output, which MindSpore 2.10.0 writes wrongly';
      await ask('ckpt');
      await ask('safetensors');
      comparison.layout(row);
      comparison.layout(wrong);
      for (let rank = 0; rank < one.target.rankCount; rank++) {
        const ours = inFolder(out(`reshard/rank_${rank}`));
        comparison.equal(
          row,
          ours,
          await loaded(out(`their-reshard-ckpt/rank_${rank}`), 'ckpt'),
          `rank ${rank}`,
        );
        comparison.count(wrong, ours, inFolder(out(`their-reshard-safetensors/rank_${rank}`)));
      }
    });

    test('redundancy', async () => {
      await jobs.run({ job: 'dedupe', path: one.ranks, strategy: one.merged, out: out('dedupe') });
      await jobs.run({ job: 'restore', path: out('dedupe'), strategy: one.merged, out: out('restore') });
      await peer.call('merge', {
        ...{ src: out('dedupe'), strategy: one.merged, dst: out('their-merge-of-dedupe'), redundant: false },
      });
      const several = severalAxes(readStrategyFile(readFileSync(one.merged)));
      const [theirs, whole] = [inFolder(out('their-merge-of-dedupe')), inFolder(one.complete)];
      const row = 'MindSpore’s merge of what we deduplicated, beside the complete weights';
      comparison.layout(row);
      const simple = (name: string) => !several.has(name);
      comparison.equal(row, pick(theirs, simple), pick(whole, simple), one.name);
      const cutSo = (name: string) => several.has(name);
      comparison.count(SEVERAL_AXES, pick(theirs, cutSo), pick(whole, cutSo));
      if (several.size > 0) comparison.layout(SEVERAL_AXES);
      await compareKeepers(one);
      const loading = 'dedupe and restore, as `load_checkpoint` reads them';
      comparison.layout(loading);
      for (let rank = 0; rank < one.rankCount; rank++)
        for (const job of ['dedupe', 'restore']) {
          const path = out(`${job}/rank_${rank}`);
          comparison.equal(
            loading,
            inFolder(path),
            await loaded(path, 'safetensors'),
            `${job}, rank ${rank}`,
          );
        }
    });

    test('merged weights, as load_checkpoint reads them', async () => {
      const row = 'merge, as `load_checkpoint` reads it';
      comparison.layout(row);
      comparison.equal(row, inFolder(out('merged')), await loaded(out('merged'), 'safetensors'), one.name);
    });

    test('convert', async () => {
      await jobs.run({ job: 'convert', path: one.ranks, to: 'ckpt', out: out('ckpt') });
      await peer.call('safetensors_to_ckpt', { src: one.ranks, dst: out('their-ckpt') });
      await peer.call('ckpt_to_safetensors', { src: out('ckpt'), dst: out('their-safetensors') });
      await jobs.run({ job: 'convert', path: out('their-ckpt'), to: 'safetensors', out: out('safetensors') });
      const reading = 'convert to `.ckpt`, as `load_checkpoint` reads it';
      const theirs = '`ckpt_to_safetensors` of our `.ckpt`, beside the source';
      const ours = 'convert to safetensors of what `safetensors_to_ckpt` wrote, beside the source';
      for (const row of [reading, theirs, ours]) comparison.layout(row);
      for (const rank of readdirSync(one.ranks)) {
        const source = inFolder(join(one.ranks, rank));
        comparison.equal(reading, await loaded(out(`ckpt/${rank}`), 'ckpt'), source, rank);
        comparison.equal(theirs, inFolder(out(`their-safetensors/${rank}`)), source, rank);
        comparison.equal(ours, inFolder(out(`safetensors/${rank}`)), source, rank);
      }
    });

    test('strategies', async () => {
      const names = readdirSync(one.strategies).map((name) => join(one.strategies, name));
      const files = names.map((name) => ({ name, file: readStrategyFile(readFileSync(name)) }));
      const merged = mergeStrategyFiles(files);
      mkdirSync(at, { recursive: true });
      writeFileSync(out('strategy.ckpt'), writeStrategyProtobuf(merged));
      await peer.call('merge_strategies', { src: one.strategies, dst: out('their-strategy.ckpt') });
      const read = async (name: string) => peer.call('strategy', { path: out(name) });
      const theirs = readStrategyFile(readFileSync(out('their-strategy.ckpt')));

      const merging = 'strategy merge, beside `merge_pipeline_strategys` (layouts)';
      comparison.layout(merging);
      comparison.equal(
        merging,
        Object.fromEntries(merged.layouts),
        Object.fromEntries(theirs.layouts),
        one.name,
      );
      expect(byNode(merged)).toEqual(byNode(theirs));
      const reading = 'our strategy files, as `build_searched_strategy` reads them (layouts)';
      comparison.layout(reading);
      comparison.equal(reading, asPeerReads(merged), await read('strategy.ckpt'), one.name);
      comparison.equal(reading, await read('strategy.ckpt'), await read('their-strategy.ckpt'), one.name);
    });
  });

  /** Which rank keeps which parameter. MindSpore reads only the first dimension of a several-axes layout here. */
  async function compareKeepers({ name, strategies }: Case): Promise<void> {
    const row = 'who keeps a slice, beside `remove_param_redundancy` (parameters of a rank)';
    comparison.layout(row);
    const { stages, devicesPerStage } = combineStrategies(
      readdirSync(strategies).map((file) => ({
        name: file,
        file: readStrategyFile(readFileSync(join(strategies, file))),
      })),
    );
    for (const [stage, layouts] of stages.entries()) {
      if ([...layouts.values()].some(isNested)) continue;
      const first = stage * devicesPerStage;
      const path = join(strategies, `ckpt_strategy_rank_${first}.ckpt`);
      const kept = await peer.call('kept', { path, first_rank: first });
      for (let rank = first; rank < first + devicesPerStage; rank++) {
        const held = Object.keys(inFolder(join(folder, folderName(name), `dedupe/rank_${rank}`)));
        const ours = held.filter((one) => layouts.has(one)).sort();
        const asSet = (names: readonly string[]) => Object.fromEntries(names.map((one) => [one, 'kept']));
        comparison.equal(row, asSet(ours), asSet(kept[rank] ?? []), `rank ${rank}`);
      }
    }
  }

  async function loaded(
    path: string,
    format: 'safetensors' | 'ckpt',
    remove_redundancy = false,
  ): Promise<Digests> {
    const paths = readdirSync(path)
      .filter((name) => name.endsWith(`.${format}`))
      .map((name) => join(path, name));
    return Object.assign({}, ...Object.values(await peer.call('load', { paths, format, remove_redundancy })));
  }
}

function inFolder(folder: string): Digests {
  const files = readdirSync(folder).filter((name) => name.endsWith('.safetensors'));
  return digestsOf(files.flatMap((name) => readSafetensors(join(folder, name))));
}

/** Which tensors lie in which part, and what the map says of it. */
function partsOf(folder: string) {
  const map: { metadata: { total_size: number }; weight_map: Record<string, string> } = JSON.parse(
    readFileSync(join(folder, 'param_name_map.json'), 'utf8'),
  );
  return {
    files: readdirSync(folder)
      .map((path) => basename(path))
      .sort(),
    ...map,
  };
}

function folderName(name: string): string {
  return name.replaceAll(' ', '-');
}

function isNested({ tensorMap }: Layout): boolean {
  return tensorMap.some((axes) => axes.length > 1);
}

/** Parameters of a merged strategy of which some dimension is cut by several axes. */
function severalAxes({ layouts }: StrategyFile): Set<string> {
  const found = [...layouts].filter(([, layout]) => isNested(layout));
  return new Set(found.map(([name]) => name.replace(/^\d+-/, '')));
}

function pick(digests: Digests, wanted: (name: string) => boolean): Digests {
  return Object.fromEntries(Object.entries(digests).filter(([name]) => wanted(name)));
}

function byNode({ items }: StrategyFile): StrategyItem[] {
  return [...items].sort((a, b) => (a.node < b.node ? -1 : 1));
}

function asPeerReads(file: StrategyFile) {
  return Object.fromEntries(
    [...file.layouts].map(([name, layout]) => {
      const { deviceMatrix, tensorMap, optShardStep, optShardSize } = layout;
      // A single dimension cut by several axes has an empty message behind it.
      const maps = tensorMap.length === 1 ? [...tensorMap, []] : tensorMap;
      return [
        name,
        { deviceMatrix, tensorMap: isNested(layout) ? maps : [tensorMap.flat()], optShardStep, optShardSize },
      ];
    }),
  );
}
