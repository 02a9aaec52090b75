import { escapeText } from '../text/escape.ts';
import { formatCount } from '../text/units.ts';
import type { ModelConfig } from './config.ts';
import { FAMILIES } from './family.ts';

/** What a person should know about the model that is renamed, though nothing is wrong: whole sentences. */
export function remarksOn(
  newNames: readonly string[],
  oldNames: { has(name: string): boolean },
  config: ModelConfig | undefined,
): string[] {
  const said: string[] = [];
  if (newNames.every((name) => oldNames.has(name))) {
    said.push('All names are as asked for already: only files are written anew.');
  }
  if (!config) return said;
  if (!config.family) {
    const known = FAMILIES.map((family) => family.name).join(' and ');
    said.push(
      `config.json is of a model of type '${escapeText(config.modelType)}', which is not known: the rules of ${known} are used.`,
    );
  }
  if (!newNames.includes('lm_head.weight')) {
    said.push(
      config.tieWordEmbeddings
        ? 'lm_head.weight is absent and stays so: config.json says that the embedding serves as it (tie_word_embeddings).'
        : 'lm_head.weight is absent, though config.json does not say that the embedding serves as it (tie_word_embeddings).',
    );
  }
  const layers = new Set(newNames.flatMap((name) => /^model\.layers\.([0-9]+)\./.exec(name)?.[1] ?? []));
  if (config.layers !== undefined && layers.size !== config.layers) {
    said.push(
      `config.json says ${formatCount(config.layers)} layers, the weights have ${formatCount(layers.size)}.`,
    );
  }
  return said;
}
