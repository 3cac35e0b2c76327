// A PouchDB server in memory: `node server.cjs ADDRESS PORT`.
const PouchDB = require('pouchdb').plugin(require('pouchdb-adapter-memory'))
const express = require('express')

const [address, port] = process.argv.slice(2)
const InMemory = PouchDB.defaults({ adapter: 'memory' })
const app = express()
app.use('/', require('express-pouchdb')(InMemory, { mode: 'minimumForPouchDB', inMemoryConfig: true }))
app.listen(Number(port), address, () => console.log('{"ready":true}'))
