// Replicates the lines of an NDJSON file, one document each, from a PouchDB in memory to a server:
// `node push.cjs URL FILE BATCH`. Prints when it is ready, begins at a line on standard input, prints what it took.
const fs = require('node:fs')
const PouchDB = require('pouchdb').plugin(require('pouchdb-adapter-memory'))

async function main() {
  const [url, file, batch] = process.argv.slice(2)
  const lines = fs.readFileSync(file, 'utf8').split('\n').filter(Boolean)
  const local = new PouchDB('local', { adapter: 'memory' })
  // An event's id is its document's; PouchDB would otherwise make one up and send both.
  await local.bulkDocs(lines.map((line) => JSON.parse(line)).map(({ id, ...rest }) => ({ _id: id, ...rest })))
  const held = (await local.info()).doc_count
  console.log(JSON.stringify({ ready: true, held }))
  await new Promise((resolve) => process.stdin.once('data', resolve))
  const began = performance.now()
  // It gives up for good at the first lost request unless told to try again.
  const result = await PouchDB.replicate(local, url, { batch_size: Number(batch), retry: true })
  const seconds = (performance.now() - began) / 1000
  console.log(JSON.stringify({ seconds, written: result.docs_written, failed: result.doc_write_failures }))
  console.log(JSON.stringify({ there: (await new PouchDB(url).info()).doc_count }))
  process.exit(0)
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
