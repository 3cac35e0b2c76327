import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { fromBase45, toBase45 } from '../src/field/handover/base45'
import { SYMBOL_CHARS, joined, texts, unpack, type HandoverRecord } from '../src/field/handover/codec'
import { cardHash, fromBase64url, makeCode, newGrantKey, newNonce, readCode, toBase64url } from '../src/field/handover/signing'
import { utf8, type Bytes } from '../src/outbox/seal'

interface Vector {
  name: string
  record: HandoverRecord
  pass: unknown[]
  texts: string[]
  error: string
  revoked?: string[]
}

const VECTORS = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../tests/references/handover.json', import.meta.url)), 'utf8'),
) as {
  issuers: Record<string, { site: string; public: string }>
  now_ms: number
  phone_seed: string
  phone_key: string
  pass: string
  good: Vector[]
  bad: Vector[]
}
const TRUST = { issuers: VECTORS.issuers, revoked: [] }
/** What RFC 8410 puts before the seed of a private key. */
const PKCS8 = Uint8Array.from([48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32])
const PHONE = { public: '', secret: toBase64url(Uint8Array.from([...PKCS8, ...fromBase64url(VECTORS.phone_seed)])) }

const fault = async (scanned: string[], revoked: string[] = []): Promise<string> => {
  try {
    const read = await readCode(scanned, { ...TRUST, revoked }, VECTORS.now_ms)
    return read.fault ?? ''
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('hand-over codes', () => {
  test.each(VECTORS.good)('$name is read as what a site wrote', async ({ record, pass, texts: scanned }) => {
    const read = await readCode([...scanned, ...scanned].reverse(), TRUST, VECTORS.now_ms)
    expect(read.record).toEqual(record)
    expect([read.by.site, read.by.user, read.by.role]).toEqual([pass[0], pass[2], pass[3]])
    expect(read.fault).toBeNull()
  })

  test.each(VECTORS.bad)('$name is refused by its own name', async ({ texts: scanned, error, revoked }) => {
    expect(await fault(scanned, revoked)).toBe(error)
  })

  test.each(VECTORS.good)('$name is said in the same bytes here', async ({ record, texts: scanned }) => {
    const theirs = await unpack(joined(scanned))
    const pass = `${toBase64url(theirs.issuedBytes)}.${toBase64url(theirs.issuerSignature)}`
    const ours = await makeCode(record, pass, PHONE)
    // The packing may differ from one library to the next, what is packed may not.
    const back = await unpack(joined(ours.texts))
    expect(new TextDecoder().decode(back.recordBytes)).toBe(new TextDecoder().decode(theirs.recordBytes))
    expect(toBase64url(back.signature)).toBe(toBase64url(theirs.signature))
    expect(ours.texts.every((text) => text.length <= SYMBOL_CHARS)).toBe(true)
    expect(toBase64url(joined(ours.texts))).toBe(ours.proof)
  })

  test('a key made here signs what is read here', async () => {
    const key = await newGrantKey()
    expect(fromBase64url(key.public)).toHaveLength(32)
    // Its pass is of no site: the code is whole, and says that nobody here knows who signed.
    const pass = ['ZULU', 'f'.repeat(16), 'u', 'medic', '', '', '', 1_700_000_000, 2_000_000_000, key.public]
    const issued = `${toBase64url(utf8(JSON.stringify(pass)))}.${toBase64url(new Uint8Array(64))}`
    const record: HandoverRecord = { k: 'o', c: 'casualty', at: 1_800_000_000_000, n: newNonce(), d: { x: 'é 红' } }
    const made = await makeCode(record, issued, key)
    const read = await readCode(made.texts, TRUST, 1_800_000_000_000)
    expect(read).toMatchObject({ record, fault: 'exchange.foreign_key', proof: made.proof })
  })

  test('base45 is that of the standard', () => {
    // RFC 9285, section 4.3.
    for (const [text, coded] of [['AB', 'BB8'], ['Hello!!', '%69 VD92EX0'], ['base-45', 'UJCLQE7W581']] as const) {
      expect(toBase45(utf8(text))).toBe(coded)
      expect(new TextDecoder().decode(fromBase45(coded))).toBe(text)
    }
    for (const wrong of [':::', 'A', 'GGW1', 'a']) expect(() => fromBase45(wrong)).toThrow('exchange.damaged')
  })

  test('any bytes come back from their parts in any order', async () => {
    for (const size of [0, 1, 900, 963, 964, 5000]) {
      const raw = crypto.getRandomValues(new Uint8Array(size)) as Bytes
      expect(joined((await texts(raw)).reverse())).toEqual(raw)
    }
  })

  test('the hash of a card is short and depends on all of it', async () => {
    const one = await cardHash({ signs: ['HR 130'] })
    expect(one).toMatch(/^[\w-]{22}$/)
    expect(await cardHash({ signs: ['HR 131'] })).not.toBe(one)
  })
})
