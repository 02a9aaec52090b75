import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MindSpore } from './peer.ts';

const python = process.env.MINDSPORE_PYTHON;

/** Names a thread of its own; of a network alone. */
const NOT_ABOUT_FILES = new Set(['async_ckpt_thread_status', 'kwargs']);

test.skipIf(!python)(
  'the document names every function of MindSpore about weights, with every argument',
  async () => {
    const peer = new MindSpore(python ?? '');
    const functions = await peer.call('functions', {});
    await peer.close();
    expect(Object.keys(functions)).toContain('unified_safetensors');
    const text = readFileSync(join(import.meta.dirname, '../../docs/mindspore.md'), 'utf8');
    const words = new Set(text.match(/\w+/g));
    const missing = (names: readonly string[]) =>
      names.filter((name) => !words.has(name) && !NOT_ABOUT_FILES.has(name));
    expect(missing(Object.keys(functions))).toEqual([]);
    // Functions on networks in memory have no counterpart, and their arguments none.
    const about = Object.entries(functions).filter(([name]) => text.includes(`**\`${name}\`**`));
    expect(about.length).toBeGreaterThan(10);
    for (const [name, parameters] of about) expect(missing(parameters), name).toEqual([]);
  },
);
