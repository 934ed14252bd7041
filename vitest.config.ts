import { configDefaults, defineConfig } from 'vitest/config';

/** The project's own tests. The suites of the labs run only inside the checker, which gives them an account. */
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      'labs/**',
      'checker/suites/*/*.test.ts',
      'checker/suites/*/{variants,starter}/**',
      'checker/authoring/skeleton/*.test.ts',
      '.scratch/**',
      'build/**',
    ],
    // Node 20 still works; what the SDK says of it is not news to a test run.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    // Many tests start processes of their own: side by side they would only take the processors from each other.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 240_000,
  },
});
