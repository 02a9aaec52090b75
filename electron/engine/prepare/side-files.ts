import { closeSync } from 'node:fs';
import type { CastTarget } from '../../../shared/plan/cast.ts';
import type { Plan } from '../../../shared/plan/plan.ts';
import { configWithDtype, type SideFile, withSideFiles } from '../../../shared/plan/side-files.ts';
import { nameList } from '../../../shared/text/name-list.ts';
import { readError } from '../errno.ts';
import { openUnchanged } from '../identity.ts';
import type { OpenCheckpoint } from '../open/open.ts';
import { readAt } from '../open/read-bytes.ts';

const CONFIG = 'config.json';

interface WithFacts {
  readonly plan: Plan;
  readonly facts: readonly string[];
}

/**
 * Adds to the plan of a Hugging Face folder what lies beside the source's weights: configuration and tokenizer,
 * copied as they are, but for the dtype in config.json when weights are cast. Says what it does, or that MindSpore's
 * names leave these files behind.
 */
export function addSideFiles(
  plan: Plan,
  { sideFiles = [] }: OpenCheckpoint,
  names: 'mindspore' | 'huggingface',
  dtype?: CastTarget,
): WithFacts {
  if (sideFiles.length === 0) return { plan, facts: [] };
  if (names === 'mindspore')
    return { plan, facts: [`Not copied, as only Hugging Face's folders have them: ${listOf(sideFiles)}.`] };
  const config = dtype && sideFiles.find(({ name }) => name === CONFIG);
  if (!config) return copySideFiles(plan, sideFiles);
  const before = textOf(config);
  const text = configWithDtype(before, dtype);
  if (text === before) return copySideFiles(plan, sideFiles);
  const { plan: others } = copySideFiles(
    plan,
    sideFiles.filter((file) => file !== config),
  );
  return {
    // Among the sources without being copied: a change of it meanwhile fails the job like that of any other.
    plan: { ...others, sources: [...others.sources, config], texts: [{ path: CONFIG, text }, ...plan.texts] },
    facts: [copied(sideFiles), `The dtype in config.json becomes that of the weights, ${dtype}.`],
  };
}

/** What the file said when it was found: another one under its name may lie anywhere. */
function textOf(file: SideFile): string {
  const { fd, size } = openUnchanged(file);
  try {
    return Buffer.from(readAt(fd, 0, size)).toString('utf8');
  } catch (error) {
    throw readError(error, file.path);
  } finally {
    closeSync(fd);
  }
}

/** Copies what lies beside the weights as it is. */
export function copySideFiles(plan: Plan, files: readonly SideFile[]): WithFacts {
  if (files.length === 0) return { plan, facts: [] };
  return { plan: withSideFiles(plan, files), facts: [copied(files)] };
}

function copied(files: readonly SideFile[]): string {
  return `Copies ${listOf(files)} from beside the weights.`;
}

function listOf(files: readonly SideFile[]): string {
  return nameList(files.map(({ name }) => name));
}
