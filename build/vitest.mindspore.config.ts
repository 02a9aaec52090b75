import { defineConfig } from 'vitest/config';
import { ROOT } from './bundles.ts';

/** `npm run test:mindspore`: the same jobs with MindSpore, where MINDSPORE_PYTHON names a Python that has it. */
export default defineConfig({
  root: ROOT,
  test: {
    globalSetup: 'build/vitest.setup.ts',
    include: ['test/mindspore/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
});
