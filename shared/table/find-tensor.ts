import { refuse } from '../errors.ts';
import type { Model, ModelTensor } from '../model.ts';
import { escapeText } from '../text/escape.ts';
import { nearestName } from './nearest-name.ts';

/** The tensor of a name. Refuses CP_NO_TENSOR for one that the model has not, with the nearest it has. */
export function findTensor(model: Model, name: string): ModelTensor {
  const tensor = model.byName.get(name);
  if (tensor) return tensor;
  const nearest = nearestName(model, name);
  return refuse(
    'CP_NO_TENSOR',
    `there is no tensor '${escapeText(name)}' in this checkpoint`,
    nearest === undefined ? 'Look for it with the filter.' : `The nearest name is '${escapeText(nearest)}'.`,
    { tensor: name },
  );
}
