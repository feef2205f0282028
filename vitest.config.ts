import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{agent,core,formats,load,viz,cli,fixtures,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', 'test/bench/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
