import { configDefaults, defineConfig } from 'vitest/config';

/** The project's own tests. The suites of the labs run only inside the checker, which gives them an account. */
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      'labs/**',
      'checker/suites/*/*.test.ts',
      'checker/suites/*/variants/**',
      '.scratch/**',
      'build/**',
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
