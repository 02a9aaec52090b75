import { capital } from '../text/capital.ts';
import { escapeText } from '../text/escape.ts';
import { rankList } from '../text/ranks.ts';
import { t } from '../text/t.ts';
import { formatCount } from '../text/units.ts';
import type { LoadingFacts, RankFacts } from './facts.ts';
import { needsRename, type Prepared } from './prepare.ts';
import type { Scenario } from './scenarios.ts';
import { numberWords, sameNumbers, type Target } from './target.ts';

/** How a scenario fits what is there. */
export interface Check {
  /** fits: as it is; first: a step has to run before; note: to know, and to look at. */
  readonly state: 'fits' | 'first' | 'note';
  readonly text: string;
}

/** Ranks from which on merging while cards wait costs more than merging before. */
const MANY_RANKS = 64;

export function checksOf(
  facts: LoadingFacts,
  scenario: Scenario,
  prepared: Prepared,
  target: Target,
): readonly Check[] {
  return [
    ...(facts.type === 'ranks' ? rankChecks(facts, scenario, prepared) : []),
    ...layoutChecks(facts, scenario, prepared, target),
    ...formatChecks(facts, prepared),
    ...nameChecks(facts, prepared),
    ...onTheWay(facts, prepared),
  ];
}

function rankChecks(facts: RankFacts, { resume }: Scenario, prepared: Prepared): Check[] {
  const { save, missingRanks, newest, ranks } = facts;
  const checks: Check[] = [];
  if (missingRanks.length > 0)
    checks.push({
      state: 'first',
      text: t('{{save}} is missing on {{ranks}}; other ranks hold the same slices.', {
        save: capital(save.name),
        ranks: rankList(missingRanks),
      }),
    });
  else
    checks.push({
      state: 'fits',
      text: t('{{save}} is on all {{ranks}} ranks.', {
        save: capital(save.name),
        ranks: formatCount(ranks.length),
      }),
    });
  if (!newest && !resume && !prepared.whole)
    checks.push({
      state: 'first',
      text: t('{{save}} is not the newest in the folder, which a task would take.', {
        save: capital(save.name),
      }),
    });
  if (!newest && resume && prepared.resumeFile !== undefined)
    checks.push({
      state: 'fits',
      text: t('{{save}} is not the newest: resume_training names its file.', { save: capital(save.name) }),
    });
  if (newest && prepared.resumeFile !== undefined)
    checks.push({
      state: 'note',
      text: t(
        'meta.json of some ranks says something else than what lies there: resume_training names the file.',
      ),
    });
  if (resume)
    checks.push({ state: 'fits', text: t('Optimizer state and the counters of training are there.') });
  return checks;
}

function layoutChecks(
  facts: LoadingFacts,
  scenario: Scenario,
  { whole, srcStrategy }: Prepared,
  { numbers, guessed, cards, machines }: Target,
): Check[] {
  const saved = facts.type === 'ranks' ? facts.strategy?.parallel : undefined;
  const checks: Check[] = [];
  const { assumed } = numbers;
  const matrix = assumed?.deviceMatrix.join(', ') ?? '';
  if (assumed?.open === 'copying')
    checks.push({
      state: 'note',
      text: t(
        'The device matrix [{{matrix}}] does not say which axis is data parallel (dp) and which context parallel (cp): both copy weights, so that ranks hold the same slices in each reading.',
        { matrix },
      ),
    });
  if (assumed?.open === 'cutting')
    checks.push({
      state: 'note',
      text: t(
        'Several axes of the device matrix [{{matrix}}] cut weights, each by itself. parallel_config has one number for them (mp): the network must do the rest, as in the training.',
        { matrix },
      ),
    });
  if (scenario.layout === 'saved' && saved?.spread !== undefined)
    checks.push({
      state: 'note',
      text: t(
        "'{{name}}' is shared out over data parallel ranks, too. No number of parallel_config says that: the network must do it, as in the training.",
        { name: escapeText(saved.spread) },
      ),
    });
  if (guessed)
    checks.push({
      state: 'note',
      text:
        scenario.layout === 'saved'
          ? t(
              'Nothing says how the {{ranks}} ranks share the model: put in the numbers of the training that saved them.',
              { ranks: formatCount(cards) },
            )
          : t('The layout, {{layout}}, is a guess: give yours.', { layout: numberWords(numbers) }),
    });
  else if (scenario.layout === 'saved' && saved)
    checks.push({
      state: 'fits',
      text: t('The layout is the one of the strategy: {{layout}}.', { layout: numberWords(saved) }),
    });
  else
    checks.push({
      state: 'fits',
      text: t('The layout to load for: {{layout}}.', { layout: numberWords(numbers) }),
    });
  if (srcStrategy !== undefined && saved && sameNumbers(saved, numbers))
    checks.push({
      state: 'note',
      text: t(
        'That is the layout the weights were saved with: nothing needs to be put together, the same layout loads faster.',
      ),
    });
  if (scenario.machines && machines > 1)
    checks.push({
      state: 'fits',
      text: t('{{cards}} cards on {{machines}} machines, {{each}} on each.', {
        cards: formatCount(cards),
        machines,
        each: cards / machines,
      }),
    });
  if (!whole && srcStrategy === undefined && !guessed && facts.type === 'ranks')
    checks.push({
      state: 'fits',
      text: t('The task must start on {{cards}} cards, no more and no fewer.', { cards: formatCount(cards) }),
    });
  return checks;
}

function formatChecks(facts: LoadingFacts, { steps }: Prepared): Check[] {
  if (facts.format === 'safetensors') return [{ state: 'fits', text: t('The files are safetensors.') }];
  if (steps.length > 0)
    return [{ state: 'first', text: t('The files are .ckpt; safetensors are written from them.') }];
  return [
    {
      state: 'note',
      text: t(
        'The files are .ckpt, which later versions of MindSpore Transformers will no longer read: keep safetensors.',
      ),
    },
  ];
}

function nameChecks(facts: LoadingFacts, { folder }: Prepared): Check[] {
  const checks: Check[] = [];
  if (facts.naming === 'mindspore')
    checks.push({ state: 'fits', text: t("Parameters have MindSpore's names.") });
  else if (facts.naming === 'huggingface')
    checks.push(
      facts.type === 'complete' && !needsRename(facts) && folder === facts.folder
        ? {
            state: 'note',
            text: t(
              "Parameters have Hugging Face's names: MindSpore Transformers turns those of Llama itself, and may save a copy in ./output/ms_safetensors.",
            ),
          }
        : { state: 'first', text: t("Parameters have Hugging Face's names; MindSpore's are given first.") },
    );
  else
    checks.push({
      state: 'note',
      text: t('Parameters have names of no model known here: they must be those of your network.'),
    });
  if (facts.type === 'complete' && facts.file !== undefined && folder === facts.folder)
    checks.push({
      state: 'note',
      text: t('All weight files in {{folder}} are read: it must hold no others than this one.', {
        folder: facts.folder,
      }),
    });
  return checks;
}

function onTheWay(facts: LoadingFacts, { srcStrategy }: Prepared): Check[] {
  if (srcStrategy === undefined || facts.type !== 'ranks' || facts.ranks.length < MANY_RANKS) return [];
  return [
    {
      state: 'note',
      text: t(
        'All cards wait while {{ranks}} ranks are put together. For so many, merge them before and load the complete weights on several cards.',
        { ranks: formatCount(facts.ranks.length) },
      ),
    },
  ];
}
