import fc from 'fast-check';
import { expect, test } from 'vitest';
import { childAt, type JsonChildren, scanChildren, spanOf } from './children.ts';
import { readEntry } from './entry.ts';
import { openContainers, rowAt, rowsOf } from './tree.ts';

const utf8 = new TextEncoder();

/** A text with all of its containers open, each row as `level key text`. */
async function opened(text: string, ends: readonly number[]) {
  const bytes = utf8.encode(text);
  const { children } = scanChildren(bytes, 0, false);
  if (!children) return expect.fail('no container');
  const load = async (around: JsonChildren, index: number) => {
    const [from, to] = spanOf(around, index);
    const inner = scanChildren(bytes.subarray(from, to), from, around.keyed).children;
    return inner ?? expect.fail('no container');
  };
  const tree = await openContainers(children, ends, load);
  const rows = (offset = 0, limit = Number.POSITIVE_INFINITY) =>
    rowsOf(tree, offset, limit).map(({ children: of, index, level, open, parent }) => {
      const [from, to] = spanOf(of, index);
      const entry = readEntry(bytes.subarray(from, to), of.keyed, true);
      return { level, open, parent, at: from + entry.valueAt, ...entry };
    });
  return { tree, rows };
}

test('rows of a header, with one tensor open', async () => {
  const text = '{ "__metadata__":{"format":"pt"},\n "a" : {"dtype":"F32","shape":[2, 3]} ,"b":[]}';
  const end = text.indexOf('} ,"b"') + 1;
  const { rows, tree } = await opened(text, [end]);
  expect(tree.rows).toBe(5);
  expect(rows().map(({ level, key, text: said, open }) => [level, key, said, open])).toEqual([
    [1, '__metadata__', '{"format":"pt"}', false],
    [1, 'a', '{"dtype":"F32","shape":[2, 3]}', true],
    [2, 'dtype', '"F32"', false],
    [2, 'shape', '[2, 3]', false],
    [1, 'b', '[]', false],
  ]);
  expect(rows(3, 1).map(({ key }) => key)).toEqual(['shape']);
  expect(rowAt(tree, text.indexOf('2, 3'))).toBe(3);
  expect(rowAt(tree, text.indexOf('"a"'))).toBe(1);
  expect(rowAt(tree, text.indexOf('[]'))).toBe(4);
});

test('where the text stops to be JSON, what comes before is there', () => {
  const { children, fault } = scanChildren(utf8.encode('{"a":[1,2],"b":{"c":3,}}'), 0, false);
  expect(Array.from(children?.ends ?? [])).toEqual([10]);
  expect(Array.from(children?.counts ?? [])).toEqual([2]);
  expect(fault).toEqual({ offset: 22, reason: "'}' where a key in double quotes should come" });
  expect(scanChildren(utf8.encode('7'), 0, false)).toEqual({
    fault: { offset: 0, reason: 'a value that is no object or list' },
  });
});

test('a long key or value is cut, an escaped one is read', () => {
  const whole = utf8.encode(`,"a\\"\\u00e9":"${'x'.repeat(1000)}"`);
  const entry = readEntry(whole.subarray(0, 100), true, false);
  expect(entry).toMatchObject({ key: 'a"é', type: 'string', cut: true });
  expect(readEntry(utf8.encode(`"${'k'.repeat(500)}`), true, false)).toMatchObject({
    key: 'k'.repeat(500),
    cut: true,
  });
  expect(readEntry(utf8.encode('[ 1,\n  "two  words" ]'), false, true).text).toBe('[ 1, "two  words" ]');
});

/** All containers of a value as it is written, by where they end. */
function containerEnds(text: string): number[] {
  const ends: number[] = [];
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (quoted && text[i] === '\\') i++;
    else if (text[i] === '"') quoted = !quoted;
    else if (!quoted && (text[i] === '}' || text[i] === ']')) ends.push(i + 1);
  }
  return ends;
}

test('any value: with everything open there is a row for each of its parts, in order', async () => {
  const values = fc
    .jsonValue({ depthSize: 'small' })
    .filter((value) => typeof value === 'object' && value !== null);
  await fc.assert(
    fc.asyncProperty(values, fc.nat(30), fc.nat(30), async (value, offset, limit) => {
      // ASCII, so that offsets of characters are those of bytes.
      const text = JSON.stringify(value).replace(/[^\0-\x7f]/g, '?');
      const { rows, tree } = await opened(text, containerEnds(text));
      const parts: string[] = [];
      const visit = (part: unknown) => {
        if (typeof part !== 'object' || part === null) return;
        for (const [key, inner] of Object.entries(part)) {
          parts.push(Array.isArray(part) ? '' : key);
          visit(inner);
        }
      };
      visit(JSON.parse(text));
      const all = rows();
      expect(tree.rows).toBe(parts.length);
      expect(all.map(({ key = '' }) => key)).toEqual(parts);
      for (const { level, parent } of all) expect(all[parent]?.level ?? 0).toBe(level - 1);
      expect(rows(offset, limit)).toEqual(all.slice(offset, offset + limit));
      all.forEach(({ at }, row) => void expect(rowAt(tree, at)).toBe(row));
    }),
  );
});

test('a child is found by any byte of it', () => {
  const { children } = scanChildren(utf8.encode('[10, [2], "x"]'), 0, false);
  if (!children) return expect.fail('no container');
  expect([1, 3, 8, 9, 13, 99].map((offset) => childAt(children, offset))).toEqual([0, 1, 2, 2, 3, 3]);
});
