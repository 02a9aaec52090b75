import { expect, test } from 'vitest';
import { type Address, formatAddress, parseAddress } from './address.ts';

test('an address survives the hash, whatever the characters', () => {
  const address: Address = {
    view: 'tensors',
    path: '/data/a b/#?&=%/ü',
    strategy: '/data/strategy',
    save: '1_20',
    filter: 'dtype:bf16 !norm /layers\\.[0-3]\\./',
    layout: 'flat',
    sort: { column: 'size', descending: true },
    sorts: {
      parameters: { heading: 'Held as', descending: true },
      compared: { heading: 'maxAbs', descending: false },
    },
    tensor: 'model.layers.0.feed_forward.w2.weight',
    file: 'checkpoint/rank_0/net &1.safetensors',
    damaged: true,
    stage: 1,
    rank: 3,
    slice: '[0, :, 3:10]',
    values: 'heatmap',
    shown: 'unequal',
    picked: '1_10',
    scenario: 'other-layout',
  };
  expect(parseAddress(formatAddress(address))).toEqual(address);
});

test('what is as usual is left out', () => {
  expect(formatAddress({ view: 'summary', filter: '', layout: 'tree' })).toBe('#/summary');
  expect(parseAddress('')).toEqual({ view: 'summary', filter: '', layout: 'tree' });
});

test('a mangled address keeps what can be read', () => {
  expect(
    parseAddress(
      '#/tensors?sort=-nonsense&layout=wild&filter=wq&rank=-1&stage=x&damaged=0&values=x&by=&by=files&shown=none&scenario=both',
    ),
  ).toEqual({
    view: 'tensors',
    filter: 'wq',
    layout: 'tree',
  });
});
