// An independent check of a site's log, written from the specification and sharing no code with the product.
// usage: node verify.mjs DATABASE  → prints counts as JSON; faults one a line on stderr; exit 1 if there are any.
import { DatabaseSync } from 'node:sqlite'
import { createHash, createHmac, createPublicKey, verify } from 'node:crypto'

const BLOCK = 256
const SEPARATOR = '\x1f'
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex')

const sha256 = (...parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
const same = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0

/** Sorted keys, no spare space: what signatures cover. Only strings, whole numbers and lists of them occur here. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value && typeof value === 'object')
    return `{${Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
      .join(',')}}`
  return JSON.stringify(value)
}

function isSigned(keys, site, id, label, fields, signature) {
  const key = keys.get(id)
  if (!key || key.site !== site) return false
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_ED25519, key.public]), format: 'der', type: 'spki' })
  return verify(null, Buffer.concat([Buffer.from(label), Buffer.from(canonical(fields))]), publicKey, signature)
}

function genesis(log) {
  return sha256('dunant-chain-1', [log.o, log.e, log.st].join(SEPARATOR))
}

function salt(key, q) {
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(BigInt(q))
  return createHmac('sha256', key).update(number).digest().subarray(0, 16)
}

/** MessagePack, as much of it as receipts use. */
function unpack(bytes) {
  let at = 0
  const take = (size) => bytes.subarray(at, (at += size))
  const number = (size) => Number(BigInt('0x' + Buffer.from(take(size)).toString('hex')))
  const list = (size) => Array.from({ length: size }, value)
  const map = (size) => Object.fromEntries(Array.from({ length: size }, () => [value(), value()]))
  function value() {
    const tag = number(1)
    if (tag < 0x80) return tag
    if (tag < 0x90) return map(tag & 15)
    if (tag < 0xa0) return list(tag & 15)
    if (tag < 0xc0) return Buffer.from(take(tag & 31)).toString()
    switch (tag) {
      case 0xc4: return Buffer.from(take(number(1)))
      case 0xc5: return Buffer.from(take(number(2)))
      case 0xcc: return number(1)
      case 0xcd: return number(2)
      case 0xce: return number(4)
      case 0xcf: return number(8)
      case 0xd9: return Buffer.from(take(number(1))).toString()
      case 0xda: return Buffer.from(take(number(2))).toString()
      case 0xdc: return list(number(2))
      default: throw new Error(`unexpected byte ${tag}`)
    }
  }
  return value()
}

class Verifier {
  faults = []
  counts = { logs: 0, events: 0, checkpoints: 0, receipts: 0 }

  constructor(file) {
    this.db = new DatabaseSync(file, { readOnly: true })
    this.keys = new Map(this.all('SELECT * FROM site_key').map((row) => [row.id, { site: row.site, public: row.public }]))
  }

  all(sql, ...args) {
    return this.db.prepare(sql).all(...args)
  }

  fault(log, q, rule) {
    this.faults.push(`${log.o}/${log.e}/${log.st} ${q}: ${rule}`)
  }

  run() {
    for (const log of this.all('SELECT DISTINCT o, e, st FROM event')) this.log(log)
    if (this.all("SELECT name FROM sqlite_master WHERE name = 'receipt'").length) this.receipts()
    return this
  }

  log(log) {
    this.counts.logs += 1
    const where = 'WHERE o = ? AND e = ? AND st = ?'
    const name = [log.o, log.e, log.st]
    const blocks = new Map(this.all(`SELECT * FROM salt_block ${where}`, ...name).map((row) => [row.block, row.key]))
    const heads = new Map()
    let head = genesis(log)
    let expected = 1
    for (const row of this.all(`SELECT q, header, body, digest, head FROM event ${where} ORDER BY q`, ...name)) {
      this.counts.events += 1
      if (row.q !== expected) this.fault(log, expected, 'gap')
      this.header(log, row)
      const key = blocks.get(Math.floor((row.q - 1) / BLOCK))
      if (!key) this.fault(log, row.q, 'salt')
      else if (row.body && !same(sha256(salt(key, row.q), row.body), row.digest)) this.fault(log, row.q, 'digest')
      head = sha256(head, sha256(row.header), row.digest)
      if (!same(head, row.head)) this.fault(log, row.q, 'head')
      heads.set(row.q, row.head)
      expected = row.q + 1
    }
    this.checkpoints(log, name, where, heads, expected - 1)
  }

  header(log, row) {
    const header = JSON.parse(Buffer.from(row.header).toString())
    if (header.o !== log.o || header.e !== log.e || header.st !== log.st || header.q !== row.q)
      this.fault(log, row.q, 'header')
  }

  checkpoints(log, name, where, heads, last) {
    let newest = 0
    for (const row of this.all(`SELECT * FROM checkpoint ${where} ORDER BY q`, ...name)) {
      this.counts.checkpoints += 1
      newest = row.q
      const hex = Buffer.from(row.head).toString('hex')
      const fields = { o: row.o, e: row.e, st: row.st, q: row.q, head: hex, h: row.h, key: row.key }
      if (!heads.has(row.q) || !same(heads.get(row.q), row.head)) this.fault(log, row.q, 'checkpoint')
      if (!isSigned(this.keys, row.o, row.key, 'dunant-checkpoint-1', fields, row.sig)) this.fault(log, row.q, 'signature')
    }
    // One signature over a head vouches for all before it, and for nothing after it.
    if (newest !== last) this.fault(log, last, 'not vouched for')
  }

  receipts() {
    for (const { raw } of this.all('SELECT DISTINCT raw FROM receipt')) {
      this.counts.receipts += 1
      const { sig, ...receipt } = unpack(raw)
      if (!isSigned(this.keys, receipt.receiver, receipt.key, 'dunant-receipt-1', receipt, sig))
        this.faults.push(`receipt of ${receipt.receiver}: signature`)
    }
  }
}

const { faults, counts } = new Verifier(process.argv[2]).run()
for (const fault of faults) console.error(fault)
console.log(JSON.stringify({ ...counts, faults: faults.length }))
process.exit(faults.length ? 1 : 0)
