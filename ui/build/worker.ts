/** Writes `<entry>/sw.js`: the built files its page needs, in two lists, under a version made from their contents. */
import { createHash } from 'node:crypto'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin } from 'vite'

interface Chunk {
  file: string
  css?: string[]
  assets?: string[]
  imports?: string[]
  dynamicImports?: string[]
}
type Manifest = Record<string, Chunk>

const TEMPLATE = new URL('sw.template.js', import.meta.url)

export function worker(entry: string): Plugin {
  let folder = ''
  return {
    name: 'dunant-worker',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir
    },
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest
        const { shell, rest } = lists(manifest, `${entry}.html`)
        const beside = (await readdir(join(folder, entry))).filter((name) => /\.(webmanifest|svg|png)$/.test(name))
        const files = [`${entry}.html`, ...beside.map((name) => `${entry}/${name}`), ...shell, ...rest]
        const hash = createHash('sha256')
        for (const file of files) hash.update(file).update(await readFile(join(folder, file)))
        const home = `/${entry}/`
        const words = {
          __PREFIX__: `${entry}-`,
          __VERSION__: hash.digest('hex').slice(0, 16),
          __HOME__: home,
          __SHELL__: JSON.stringify([home, ...shell.map((file) => `/${file}`)]),
          __REST__: JSON.stringify([...rest.map((file) => `/${file}`), ...beside.map((name) => `${home}${name}`)]),
        }
        let text = await readFile(TEMPLATE, 'utf8')
        for (const [word, value] of Object.entries(words)) text = text.replaceAll(word, value)
        await writeFile(join(folder, entry, 'sw.js'), text)
      },
    },
  }
}

/** What opening the page loads at once, and what it may load later. */
export function lists(manifest: Manifest, page: string): { shell: string[]; rest: string[] } {
  const walk = (start: string[], kinds: ('imports' | 'dynamicImports')[]): Set<string> => {
    const seen = new Set<string>()
    const wanted = [...start]
    for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
      if (seen.has(name)) continue
      seen.add(name)
      for (const kind of kinds) wanted.push(...(manifest[name]?.[kind] ?? []))
    }
    return seen
  }
  const files = (names: Set<string>) =>
    new Set([...names].flatMap((name) => [manifest[name]!.file, ...(manifest[name]!.css ?? []), ...(manifest[name]!.assets ?? [])]))
  const shell = files(walk([page], ['imports']))
  const all = files(walk([page], ['imports', 'dynamicImports']))
  return { shell: [...shell].sort(), rest: [...all].filter((file) => !shell.has(file)).sort() }
}
