import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { catalogues } from './build/catalogue.ts'
import { deskPages } from './build/deskPages.ts'
import { precompress } from './build/precompress.ts'
import { worker } from './build/worker.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const api = process.env.DUNANT_API ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [react(), catalogues(), deskPages(), worker('field'), precompress()],
  worker: { format: 'es' },
  server: { host: '127.0.0.1', proxy: { '/api': api } },
  build: {
    outDir: here('../src/dunant/web/dist'),
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    // MapLibre alone is larger than the usual limit; the real budget is checked from the manifest.
    chunkSizeWarningLimit: 1200,
    rollupOptions: { input: { desk: here('./desk.html'), field: here('./field.html') } },
  },
})
