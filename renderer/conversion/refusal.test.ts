import { expect, test } from 'vitest';
import { fault } from '../../shared/errors.ts';
import { planOf } from '../testing/samples.ts';
import { refusal } from './refusal.ts';

const ready = {
  plan: planOf(),
  fault: undefined,
  busy: undefined,
  lacking: undefined,
  overwrite: false,
  readOnly: false,
};

test('a plan that fits may start', () => {
  expect(refusal(ready)).toBeUndefined();
});

test('each reason is said', () => {
  expect(refusal({ ...ready, readOnly: true })).toMatch(/read-only/);
  expect(refusal({ ...ready, lacking: 'target' })).toMatch(/which strategy/);
  expect(refusal({ ...ready, lacking: 'out' })).toMatch(/where to write/);
  expect(refusal({ ...ready, plan: undefined })).toMatch(/Working out/);
  expect(refusal({ ...ready, busy: 'planning' })).toMatch(/Working out/);
  expect(refusal({ ...ready, plan: planOf({ outExists: true }) })).toMatch(/not empty/);
  expect(refusal({ ...ready, plan: planOf({ outExists: true }), overwrite: true })).toBeUndefined();
  expect(refusal({ ...ready, plan: planOf({ freeBytes: 76_128_163_488 - 1024 ** 3 }) })).toBe(
    'There is 1.00 GiB too little space.',
  );
  expect(refusal({ ...ready, plan: planOf({ tensors: 0 }) })).toMatch(/nothing to write/);
  expect(refusal({ ...ready, fault: fault('SG_NOT_FOUND', 'there is no strategy', 'Name one.') })).toBe(
    'there is no strategy',
  );
});
