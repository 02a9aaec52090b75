import type { Implementation } from '../../shared/calls.ts';
import { layoutParameters, parameterLayout, strategyLayouts } from '../../shared/strategy/layout-groups.ts';
import type { OpenedCheckpoints } from './opened.ts';
import { requireStrategy } from './prepare/prepared.ts';

/** The methods that explain a strategy. All refuse SG_NOT_FOUND where nothing is known of one. */
export function layoutMethods(
  opened: OpenedCheckpoints,
): Pick<Implementation, 'strategy.layouts' | 'strategy.parameters' | 'strategy.parameter'> {
  const get = (checkpoint: string) => {
    const found = opened.get(checkpoint);
    requireStrategy(found);
    return found;
  };
  return {
    'strategy.layouts': async ({ checkpoint, filter }) => {
      const { model, strategy } = get(checkpoint);
      return strategyLayouts(model, strategy, filter);
    },
    'strategy.parameters': async ({ checkpoint, ...request }) => {
      const { model, strategy } = get(checkpoint);
      return layoutParameters(model, strategy, request);
    },
    'strategy.parameter': async ({ checkpoint, name }) => {
      const { model, strategy } = get(checkpoint);
      return parameterLayout(model, strategy, name);
    },
  };
}
