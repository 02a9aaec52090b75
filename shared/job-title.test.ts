import { expect, test } from 'vitest';
import { jobTitle, subjectTitle } from './job-title.ts';

test('what runs on what', () => {
  const folder = 'qwen2_7b';
  expect(subjectTitle({ doing: 'salvage', folder })).toBe('Salvaging qwen2_7b');
  expect(subjectTitle({ doing: 'merge', folder, save: { suffix: '1_20', epoch: 1, step: 20 } })).toBe(
    'Merging step 20 of qwen2_7b',
  );
  expect(subjectTitle({ doing: 'compare', one: 'a', other: 'b' })).toBe('Comparing a with b');
  expect(subjectTitle({ doing: 'compare', one: 'rank 1', other: 'rank 5', folder })).toBe(
    'Comparing rank 1 with rank 5 of qwen2_7b',
  );
});

test('a job of an engine that says no subject keeps its title', () => {
  expect(jobTitle({ title: 'Merging output' })).toBe('Merging output');
});
