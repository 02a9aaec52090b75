import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { DTYPES } from '../../shared/dtype.ts';
import type { WholeTensor } from '../random/model.ts';
import type { Digest } from './peer.ts';

export type Digests = Readonly<Record<string, Digest>>;

export function digestsOf(tensors: readonly WholeTensor[]): Digests {
  return Object.fromEntries(
    tensors.map(({ name, dtype, shape, bytes }) => [
      name,
      {
        dtype: DTYPES[dtype].numpy,
        shape,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      },
    ]),
  );
}

/** Anything by name: tensors' digests, layouts. */
type Named = Readonly<Record<string, unknown>>;

interface Tally {
  layouts: number;
  compared: number;
  equal: number;
}

/** What was compared and came out equal, a row for each job; the rows are the table in the documentation. */
export class Comparison {
  readonly #rows = new Map<string, Tally>();

  /** Compares what both have and counts it; fails where it differs. */
  equal(row: string, ours: Named, theirs: Named, where: string): void {
    const differing = this.count(row, ours, theirs);
    expect(differing, `${row}, ${where}`).toEqual([]);
  }

  /** Counts without failing; gives the names that differ. */
  count(row: string, ours: Named, theirs: Named): string[] {
    const names = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
    const differing = names.filter((name) => JSON.stringify(ours[name]) !== JSON.stringify(theirs[name]));
    const tally = this.#tally(row);
    tally.compared += names.length;
    tally.equal += names.length - differing.length;
    return differing;
  }

  /** Counts one more checkpoint, or pair of layouts, for a row; rows come in the order of their first one. */
  layout(row: string): void {
    this.#tally(row).layouts++;
  }

  table(): string {
    const cells = [
      ['compared', 'layouts', 'tensors', 'equal'],
      ['---', '---:', '---:', '---:'],
      ...[...this.#rows].map(([row, { layouts, compared, equal }]) =>
        [row, layouts, compared, equal].map(String),
      ),
    ];
    return cells.map((row) => `| ${row.join(' | ')} |`).join('\n');
  }

  #tally(row: string): Tally {
    const known = this.#rows.get(row) ?? { layouts: 0, compared: 0, equal: 0 };
    this.#rows.set(row, known);
    return known;
  }
}

/** Replaces what stands between the two marks in a document. */
export function updateDocument(path: string, text: string): void {
  const document = readFileSync(path, 'utf8');
  const [begin, end] = ['<!-- table -->', '<!-- end of table -->'];
  const from = document.indexOf(begin) + begin.length;
  writeFileSync(path, `${document.slice(0, from)}\n${text}\n${document.slice(document.indexOf(end))}`);
}
