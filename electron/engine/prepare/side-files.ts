import { readFile } from 'node:fs/promises';
import type { CastTarget } from '../../../shared/plan/cast.ts';
import type { Plan } from '../../../shared/plan/plan.ts';
import { configWithDtype, withSideFiles } from '../../../shared/plan/side-files.ts';
import { nameList } from '../../../shared/text/name-list.ts';
import { readError } from '../errno.ts';
import type { OpenCheckpoint } from '../open/open.ts';

const CONFIG = 'config.json';

/**
 * Adds to the plan of a Hugging Face folder what lies beside the source's weights: configuration and tokenizer,
 * copied as they are, but for the dtype in config.json when weights are cast. Says what it does, or that MindSpore's
 * names leave these files behind.
 */
export async function addSideFiles(
  plan: Plan,
  { sideFiles = [] }: OpenCheckpoint,
  names: 'mindspore' | 'huggingface',
  dtype?: CastTarget,
): Promise<{ readonly plan: Plan; readonly facts: readonly string[] }> {
  if (sideFiles.length === 0) return { plan, facts: [] };
  const list = nameList(sideFiles.map(({ name }) => name));
  if (names === 'mindspore')
    return { plan, facts: [`Not copied, as only Hugging Face's folders have them: ${list}.`] };
  const facts = [`Copies ${list} from beside the weights.`];
  const config = dtype && sideFiles.find(({ name }) => name === CONFIG);
  if (!config) return { plan: withSideFiles(plan, sideFiles), facts };
  const before = await readFile(config.path, 'utf8').catch((error: unknown) => {
    throw readError(error, config.path);
  });
  const text = configWithDtype(before, dtype);
  if (text === before) return { plan: withSideFiles(plan, sideFiles), facts };
  const others = withSideFiles(
    plan,
    sideFiles.filter((file) => file !== config),
  );
  return {
    // Among the sources without being copied: a change of it meanwhile fails the job like that of any other.
    plan: { ...others, sources: [...others.sources, config], texts: [{ path: CONFIG, text }, ...plan.texts] },
    facts: [...facts, `The dtype in config.json becomes that of the weights, ${dtype}.`],
  };
}
