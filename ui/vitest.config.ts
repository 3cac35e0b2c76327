import { defineConfig } from 'vitest/config'
import { catalogues } from './build/catalogue.ts'

export default defineConfig({
  plugins: [catalogues()],
  test: {
    // A busy machine is slow, not wrong.
    testTimeout: 60_000, include: ['test/**/*.test.ts'], environment: 'node', maxWorkers: 2 },
})
