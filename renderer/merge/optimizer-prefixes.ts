/**
 * Prefixes that leave out optimizer state: what stands before another tensor's whole name
 * (`adam_m.` of `adam_m.model.norm_out.weight`), whatever the optimizer calls it.
 */
export function optimizerPrefixes(names: readonly string[]): string[] {
  const known = new Set(names);
  const prefixes = new Set<string>();
  for (const name of names) {
    let dot = name.indexOf('.');
    // Up to three parts (`state.exp_avg.`), as the roles of tensors are told.
    for (let parts = 0; dot > 0 && parts < 3; parts++) {
      if (known.has(name.slice(dot + 1))) {
        prefixes.add(name.slice(0, dot + 1));
        break;
      }
      dot = name.indexOf('.', dot + 1);
    }
  }
  return [...prefixes].sort();
}
