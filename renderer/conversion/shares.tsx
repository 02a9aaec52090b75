import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import { MOST_SHARES } from '../../shared/job-options.ts';
import type { PlanPreview } from '../../shared/plan/preview.ts';
import { type ShareForm, shareScript } from '../../shared/share-scripts.ts';
import { t } from '../language/t.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { REACHABLE } from '../parts/reachable.ts';
import type { Draft } from '../store/drafts.ts';
import { Choice } from './choice.tsx';
import css from './conversion.module.css';
import { Fold } from './fold.tsx';

/** Lines in sight; the copy button has all of them. */
const SHOWN = 100;

/** Whole files are what shares are made of. */
export function weightFiles({ outputs }: PlanPreview): number {
  return outputs.filter(({ tensors }) => tensors > 0).length;
}

interface SharesProps {
  readonly draft: Draft;
  readonly plan: PlanPreview;
}

/** The same job in shares on several machines: its commands to copy, for the options as they are chosen. */
export function Shares({ draft, plan }: SharesProps) {
  const files = weightFiles(plan);
  const [count, setCount] = useState(Math.min(4, files));
  const [form, setForm] = useState<ShareForm>('commands');
  const strategies = 'dstStrategy' in draft ? [draft.dstStrategy] : [];
  const named = [...('strategy' in draft ? [draft.strategy] : []), ...strategies].flatMap(
    (path) => path ?? [],
  );
  const text = shareScript({
    ...{ form, count, command: plan.commandLine, job: draft.job },
    paths: [draft.path, plan.out, ...named],
  });
  const lines = text.split('\n');
  return (
    <Fold title={t('Several machines at once: the command of each share, Slurm, Kubernetes')}>
      <p className={css.facts}>
        {t(
          'Each does its share of the files and reads it back; the last to be done gives the result its name. They run in any order on machines that see the same folders, and any may be repeated.',
        )}
      </p>
      <div className={css.pair}>
        <NumberInput
          label={t('Shares')}
          min={1}
          max={MOST_SHARES}
          allowDecimal={false}
          value={count}
          description={count > files && t('{{count}} files: other shares have no work.', { count: files })}
          inputWrapperOrder={['label', 'input', 'description']}
          onChange={(value) =>
            typeof value === 'number' && value >= 1 && setCount(Math.min(value, MOST_SHARES))
          }
        />
        <Choice
          label={t('Start them with')}
          value={form}
          choices={[
            ['commands', t('Commands')],
            ['slurm', 'Slurm'],
            ['kubernetes', 'Kubernetes'],
          ]}
          onChange={setForm}
        />
      </div>
      <div className={css.script}>
        <section aria-label={t('Commands of the shares')} {...REACHABLE}>
          <pre>
            {lines.slice(0, SHOWN).join('\n')}
            {lines.length > SHOWN && '\n…'}
          </pre>
        </section>
        <CopyButton text={`${text}\n`} label={t('Copy the commands of the shares')} />
      </div>
    </Fold>
  );
}
