import { Button, Checkbox, NumberInput, Select } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { CheckpointSummary, Save } from '../../../shared/checkpoint.ts';
import type { CompareRequest } from '../../../shared/compare/options.ts';
import { capital } from '../../../shared/text/capital.ts';
import { PathField } from '../../conversion/path-field.tsx';
import { t } from '../../language/t.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { saveWords } from '../../parts/words.ts';
import { useApp, useAppStore } from '../../store/app-store.ts';
import { useWorkspace } from '../../store/workspace.ts';
import css from './compare.module.css';
import { NameRules, type Rule, ruleOf } from './name-rules.tsx';
import { ownSide } from './own-side.ts';

/** What to compare the open checkpoint with: another of its saves, another folder or file. */
export function CompareDialog() {
  const shown = useApp((state) => state.compareDialog);
  const show = useApp((state) => state.showCompareDialog);
  const checkpoint = useApp((state) => state.checkpoint);
  const picking = useWorkspace((state) => state.picking);
  return (
    <Dialog
      // While a path is picked the picker stands alone; what was filled in stays.
      opened={shown && picking === undefined && checkpoint !== undefined}
      keepMounted
      onClose={() => show(false)}
      size={600}
      title={t('Compare with')}
    >
      {shown && checkpoint && <CompareForm key={checkpoint.id} checkpoint={checkpoint} />}
    </Dialog>
  );
}

const ELSEWHERE = 'path';

function CompareForm({ checkpoint }: { readonly checkpoint: CheckpointSummary }) {
  const store = useAppStore();
  const others = checkpoint.saves.filter(({ suffix }) => suffix !== '' && suffix !== checkpoint.suffix);
  const [what, setWhat] = useState(
    (others.findLast(({ weightsOnly }) => !weightsOnly) ?? others.at(-1))?.suffix ?? ELSEWHERE,
  );
  const [path, setPath] = useState<string>();
  const [tolerance, setTolerance] = useState<Tolerance>({});
  const [nanEqual, setNanEqual] = useState(true);
  const [rules, setRules] = useState<readonly Rule[]>([]);

  const side = ownSide(store.getState());
  const b: CompareRequest['b'] | undefined =
    what !== ELSEWHERE ? side && { ...side, fileSuffix: what } : path === undefined ? undefined : { path };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!side || !b) return;
    const { compare, showCompareDialog, showView } = store.getState();
    const names = rules.flatMap(ruleOf);
    void compare({
      a: side,
      b,
      ...tolerance,
      ...(!nanEqual && { nanEqual }),
      ...(names.length > 0 && { names }),
    });
    showCompareDialog(false);
    showView('compare');
  };

  return (
    <form className={css.form} onSubmit={submit}>
      {others.length > 0 && (
        <Select
          label={t('With')}
          data-autofocus
          allowDeselect={false}
          data={[
            ...others.toReversed().map((save) => ({ value: save.suffix, label: saveLabel(save) })),
            { value: ELSEWHERE, label: t('Another folder or file') },
          ]}
          value={what}
          onChange={(next) => setWhat(next ?? ELSEWHERE)}
        />
      )}
      {what === ELSEWHERE && (
        <PathField
          label={t('Folder or file')}
          description={t('A checkpoint, complete or distributed: ranks are put together without merging.')}
          purpose="compare"
          folders
          first={others.length === 0}
          value={path}
          onChange={setPath}
        />
      )}
      <div className={css.pair}>
        {(['atol', 'rtol'] as const).map((kind) => (
          <NumberInput
            key={kind}
            label={
              kind === 'atol'
                ? t('Largest difference that counts as equal')
                : t('The same, as a share of the value')
            }
            placeholder="0"
            min={0}
            allowNegative={false}
            hideControls
            value={tolerance[kind] ?? ''}
            onChange={(value) => setTolerance((before) => withTolerance(before, kind, value))}
          />
        ))}
      </div>
      <Checkbox
        label={t('NaN equals NaN')}
        checked={nanEqual}
        onChange={(event) => setNanEqual(event.currentTarget.checked)}
      />
      <NameRules rules={rules} onChange={setRules} />
      <div className={css.actions}>
        <Button variant="default" onClick={() => store.getState().showCompareDialog(false)}>
          {t('Cancel')}
        </Button>
        <Button type="submit" disabled={!b}>
          {t('Compare')}
        </Button>
      </div>
    </form>
  );
}

interface Tolerance {
  readonly atol?: number;
  readonly rtol?: number;
}

/** A tolerance that is not above 0 is none. */
function withTolerance(before: Tolerance, kind: keyof Tolerance, value: number | string): Tolerance {
  const { [kind]: _, ...others } = before;
  return typeof value === 'number' && value > 0 ? { ...others, [kind]: value } : others;
}

function saveLabel(save: Save): string {
  const words = saveWords(save);
  const name = capital(words);
  return save.weightsOnly ? t('{{save}}, weights only', { save: name }) : name;
}
