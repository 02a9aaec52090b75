import type { Problem } from '../checkpoint.ts';
import { capital } from '../text/capital.ts';
import { escapeText } from '../text/escape.ts';
import { rankList } from '../text/ranks.ts';
import { t } from '../text/t.ts';
import { formatCount } from '../text/units.ts';
import type { SavesReport } from './report.ts';
import { nameOf } from './resume.ts';

/** "Training can resume from step 20, not from step 30: rank 3 has no file of it." */
export function resumeSentence({ saves, resume }: SavesReport): string {
  const { from, newest, passedOver } = resume;
  const [first] = passedOver;
  const name = (suffix: string) => nameOf(saves, suffix);
  if (newest === undefined)
    return saves.length === 0
      ? t('There are no saves here to resume from.')
      : t('Training cannot resume from here: the saves hold weights only, without optimizer state.');
  if (from === undefined)
    return t('Training cannot resume from here, not even from {{save}}: {{why}}.', {
      save: name(newest),
      why: first?.why ?? t('a part is missing'),
    });
  if (first === undefined)
    return t('Training can resume from {{save}}, the newest save.', { save: name(from) });
  return t('Training can resume from {{save}} at the latest, not from {{newer}}: {{why}}.', {
    save: name(from),
    newer: name(first.suffix),
    why: first.why,
  });
}

/** What `resume_training: True` does here, and the name to give instead where that is not what one wants. */
export function automaticSentence({ saves, resume }: SavesReport): string | undefined {
  const { from, automatic } = resume;
  if (from === undefined) return undefined;
  const file = escapeText(saves.find(({ suffix }) => suffix === from)?.fileName ?? '', 1000);
  const instead = t('Name the save instead: resume_training: {{file}}', { file });
  switch (automatic.type) {
    case 'save':
      return automatic.suffix === from
        ? t('resume_training: True takes {{save}} by itself, from the meta.json of each rank.', {
            save: nameOf(saves, from),
          })
        : t(
            'resume_training: True takes {{save}}, because meta.json of rank {{rank}} says nothing newer. {{instead}}',
            { save: nameOf(saves, automatic.suffix), rank: automatic.boundBy, instead },
          );
    case 'none':
      return t('resume_training: True finds no save that fits the meta.json of every rank. {{instead}}', {
        instead,
      });
    case 'each-its-own': {
      const { without, same } = automatic;
      const why =
        without.length === 1
          ? t('{{ranks}} has no meta.json that can be read', { ranks: capital(rankList(without)) })
          : t('{{ranks}} have no meta.json that can be read', { ranks: capital(rankList(without)) });
      return same
        ? t(
            '{{why}}: with resume_training: True each rank takes the last file in its folder, which is {{save}} on all of them.',
            { why, save: nameOf(saves, from) },
          )
        : t(
            '{{why}}: with resume_training: True each rank takes the last file in its folder, and these are not of one step. {{instead}}',
            { why, instead },
          );
    }
  }
}

/**
 * What epoch and step in the names mean. Where step is the same in every save while epoch rises, data sinking
 * wrote them: epoch counts sinks and step is the sink size, so that total steps = epoch × step.
 */
export function stepsSentence({ saves }: Pick<SavesReport, 'saves'>): string | undefined {
  const sink = sinkSize(saves);
  const epochs = new Set(saves.map(({ epoch }) => epoch));
  if (sink !== undefined) {
    const last = Math.max(...saves.map(({ epoch }) => epoch ?? 0));
    return t(
      'Step is {{sink}} in every name while epoch rises: with data sinking step is the sink size, and epoch = total steps / sink size. Epoch {{epoch}} is after {{steps}} steps in total.',
      { sink: formatCount(sink), epoch: formatCount(last), steps: formatCount(last * sink) },
    );
  }
  if (epochs.size === 1 && epochs.has(1))
    return t('All saves are of epoch 1, so step counts all steps of the training.');
  if (epochs.size > 1) return t('Step counts within its epoch: it starts at 1 again when the epoch rises.');
  return undefined;
}

/** The sink size, where the names show that data sinking wrote them (at least two saves of different epochs). */
export function sinkSize(saves: SavesReport['saves']): number | undefined {
  const steps = new Set(saves.map(({ step }) => step));
  const epochs = new Set(saves.map(({ epoch }) => epoch));
  const [step] = steps;
  return steps.size === 1 && epochs.size > 1 && !epochs.has(undefined) ? step : undefined;
}

/** "The training was started again 2 times in this folder: …", or undefined when it was not. */
export function runsSentence({ saves }: Pick<SavesReport, 'saves'>): string | undefined {
  const runs = [...new Set(saves.map(({ run }) => run))].filter((run) => run > 0).sort((a, b) => a - b);
  const last = runs.at(-1);
  if (last === undefined) return undefined;
  const names = runs.map((run) => `_${run}`).join(', ');
  return t(
    'The training was started again in this folder: {{names}} behind the rank in a name counts the runs, the first has no number.',
    { names },
  );
}

/** Damaged files, and saves that ranks lack, as problems: errors where training would want to resume. */
export function saveProblems(report: SavesReport): readonly Problem[] {
  const { saves, metas, resume } = report;
  const newer = new Set(resume.passedOver.map(({ suffix }) => suffix));
  const files = saves.flatMap(({ suffix, damaged }) =>
    damaged.map(
      ({ rank, fault }): Problem => ({
        code: fault.code,
        severity: newer.has(suffix) ? 'error' : 'warning',
        message: `${nameOf(saves, suffix)}, rank ${rank}: ${fault.message}`,
        advice: fault.advice,
        ...(fault.file !== undefined && { file: fault.file }),
        rank,
      }),
    ),
  );
  const lacking = saves.flatMap(({ suffix, missing, weightsOnly }): Problem[] => {
    const [rank] = missing;
    if (rank === undefined) return [];
    return [
      {
        code: 'STEPS_DIFFER',
        severity: 'warning',
        message: `${capital(rankList(missing))} ${missing.length === 1 ? 'has' : 'have'} no file of ${weightsOnly ? 'the weights of ' : ''}${nameOf(saves, suffix)}.`,
        ...(newer.has(suffix) && {
          advice: `Where other ranks hold the same slices, restoring the redundancy of save ${suffix} writes the missing files anew.`,
        }),
        rank,
      },
    ];
  });
  const wrong = metas.flatMap(({ rank, wrong: why }): Problem[] =>
    why === undefined
      ? []
      : [{ code: 'META_MISMATCH', severity: 'warning', message: `meta.json of rank ${rank} ${why}.`, rank }],
  );
  return [...files, ...lacking, ...wrong];
}

/** Exit code of `resume-check`: 0 from the newest save, 1 from an older one or from none, 3 for damaged files. */
export function resumeExitCode({ saves, resume }: SavesReport): 0 | 1 | 3 {
  const { from, newest, passedOver } = resume;
  if (from !== undefined && from === newest) return 0;
  const newer = new Set(passedOver.map(({ suffix }) => suffix));
  return saves.some(({ suffix, damaged }) => newer.has(suffix) && damaged.length > 0) ? 3 : 1;
}
