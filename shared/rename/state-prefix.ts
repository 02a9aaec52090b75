/** Parts of a name that can stand before a weight's name in its optimizer state: `adam_m.`, `state.exp_avg.`. */
const MAX_PREFIX_PARTS = 2;

/**
 * What stands before the weight's name in the name of its optimizer's state (`adam_m.`); '' for everything
 * else. A state has its weight's shape: a factored one has other rows, so nothing follows for it.
 */
export function statePrefix(
  { name, shape }: { readonly name: string; readonly shape: readonly unknown[] },
  tensors: { get(name: string): { readonly shape: readonly unknown[] } | undefined },
): string {
  let dot = name.indexOf('.');
  for (let parts = 0; dot > 0 && parts < MAX_PREFIX_PARTS; parts++) {
    if (tensors.get(name.slice(dot + 1))?.shape.join() === shape.join()) return name.slice(0, dot + 1);
    dot = name.indexOf('.', dot + 1);
  }
  return '';
}
