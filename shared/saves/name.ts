import type { Save } from '../checkpoint.ts';
import { t } from '../text/t.ts';

/** "step 20", "epoch 3, step 2", "step 20 of run 1", "the save of this folder". */
export function saveName(save: Pick<Save, 'suffix' | 'epoch' | 'step'> & { readonly run?: number }): string {
  if (save.step === undefined && save.suffix === '') return t('the save of this folder');
  const name = ofFirstRun(save);
  return save.run ? t('{{save}} of run {{run}}', { save: name, run: save.run }) : name;
}

function ofFirstRun({ suffix, epoch, step }: Pick<Save, 'suffix' | 'epoch' | 'step'>): string {
  if (step === undefined) return t('save {{suffix}}', { suffix });
  return epoch === undefined || epoch === 1
    ? t('step {{step}}', { step })
    : t('epoch {{epoch}}, step {{step}}', { epoch, step });
}
