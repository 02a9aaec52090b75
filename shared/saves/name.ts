import type { Save } from '../checkpoint.ts';

/** "step 20", "epoch 3, step 2", "step 20 of run 1", "the save of this folder". */
export function saveName(save: Pick<Save, 'suffix' | 'epoch' | 'step'> & { readonly run?: number }): string {
  const again = save.run ? ` of run ${save.run}` : '';
  if (save.step === undefined)
    return save.suffix === '' ? 'the save of this folder' : `save ${save.suffix}${again}`;
  return save.epoch === undefined || save.epoch === 1
    ? `step ${save.step}${again}`
    : `epoch ${save.epoch}, step ${save.step}${again}`;
}
