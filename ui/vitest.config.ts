import { defineConfig } from 'vitest/config'
import { catalogues } from './build/catalogue.ts'

export default defineConfig({
  plugins: [catalogues()],
  test: { include: ['test/**/*.test.ts'], environment: 'node', maxWorkers: 2 },
})
