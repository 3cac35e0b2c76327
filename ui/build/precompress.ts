/** Writes a `.br` and a `.gz` beside each built file, so that the server never compresses. */
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const WORTH_IT = /\.(html|js|mjs|css|json|svg|geojson|webmanifest)$/

export function precompress(): Plugin {
  let folder = ''
  return {
    name: 'dunant-precompress',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir
    },
    async closeBundle() {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !WORTH_IT.test(entry.name)) continue
        const path = join(entry.parentPath, entry.name)
        const bytes = await readFile(path)
        const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }
        await Promise.all([
          writeFile(`${path}.gz`, gzipSync(bytes, { level: 9 })),
          writeFile(`${path}.br`, brotliCompressSync(bytes, quality)),
        ])
      }
    },
  }
}
