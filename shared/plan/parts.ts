/** A tensor with its size, on its way into a part of a complete checkpoint. */
export interface Sized {
  readonly name: string;
  readonly byteLength: number;
}

/**
 * Cuts complete weights into parts as `ms.unified_safetensors` does: ceil(total / limit) parts, at most one a
 * tensor; the largest tensors first, each into the part that is smallest so far. A part can pass the limit
 * when tensors are large; MindSpore's do too.
 *
 * @param maxBytes bytes of tensor data that a part should not pass; MindSpore's is 3 GiB
 */
export function splitIntoParts<T extends Sized>(tensors: readonly T[], maxBytes: number): T[][] {
  const total = tensors.reduce((sum, tensor) => sum + tensor.byteLength, 0);
  const count = Math.max(1, Math.min(Math.ceil(total / maxBytes), tensors.length));
  return spreadEvenly(tensors, count);
}

/** Deals things out to `count` parts: the largest first, each into the part that is smallest so far. */
export function spreadEvenly<T extends Pick<Sized, 'byteLength'>>(
  things: readonly T[],
  count: number,
): T[][] {
  const parts: T[][] = Array.from({ length: count }, () => []);
  const sizes = new Array<number>(count).fill(0);
  for (const thing of [...things].sort((a, b) => b.byteLength - a.byteLength)) {
    const smallest = sizes.indexOf(Math.min(...sizes));
    parts[smallest]?.push(thing);
    sizes[smallest] = (sizes[smallest] ?? 0) + thing.byteLength;
  }
  return parts;
}

/**
 * Fills shards in the given order, as Hugging Face's `split_torch_state_dict_into_shards` does: a new shard
 * begins when the next tensor would pass the limit, so only a single tensor larger than it makes a larger shard.
 */
export function fillShards<T extends Sized>(tensors: readonly T[], maxBytes: number): T[][] {
  const shards: T[][] = [];
  let current: T[] = [];
  let size = 0;
  for (const tensor of tensors) {
    if (current.length > 0 && size + tensor.byteLength > maxBytes) {
      shards.push(current);
      current = [];
      size = 0;
    }
    current.push(tensor);
    size += tensor.byteLength;
  }
  if (current.length > 0) shards.push(current);
  return shards;
}
