/** Text of a QR symbol ↔ bytes ↔ what they say. The twin for sites is `dunant/exchange/handover`.
 *
 * `DNH1:` and base45 of: four bytes of SHA-256 over the rest, the signer's signature, the site's signature over the
 * pass, then raw deflate of the length of the pass (two bytes), the pass and the record, both JSON. What does not fit
 * one symbol is cut: `DNH1:2/3:` and base45 of three bytes that all parts share and a piece.
 */
import { concat, utf8, type Bytes } from '../../outbox/seal'
import { fromBase45, toBase45 } from './base45'
import { HandoverError } from './errors'

/** One signed statement. `k`: o offer, a acceptance, c card. Short names, since they stand in a symbol. */
export interface HandoverRecord {
  k: 'o' | 'a' | 'c'
  /** Casualty: its id and its spoken tag. */
  c: string
  t?: string
  /** When, in milliseconds since 1970. */
  at: number
  /** Names the offer; its answer repeats it. */
  n?: string
  /** Mode: QR, NFC, VOICE, PAPER. */
  m?: string
  /** Of an offer: role, facility and leg it goes to. Of an acceptance: facility and leg that take the casualty. */
  r?: string
  f?: string
  l?: string
  /** Of an acceptance: whose offer it answers. */
  g?: string
  /** Hash of the card, as in `OfferCustody.card_hash`. */
  h?: string
  /** Exercise. */
  x?: boolean
  /** The card: codes and times of the AT-MIST, as the screen shows them. */
  d?: Record<string, unknown>
}

/** Whose key signs: the word of a site. */
export interface HandoverPass {
  site: string
  issuer: string
  user: string
  role: string
  unit: string
  contingent: string
  facility: string
  starts: number
  ends: number
  public: string
}

/** A code once read, not yet believed. */
export interface HandoverCode {
  record: HandoverRecord
  recordBytes: Bytes
  signature: Bytes
  issued: HandoverPass
  issuedBytes: Bytes
  issuerSignature: Bytes
}

const PREFIX = 'DNH1:'
const PART = /^DNH1:(\d{1,2})\/(\d{1,2}):/
const SIGNATURE = 64
const SUM = 4
const SHARED = 3
/** Alphanumeric characters of a QR symbol of version 25 at error correction M (ISO/IEC 18004, table 7). */
export const SYMBOL_CHARS = 1451
const MOST_PARTS = 20
const MOST_BYTES = 256 * 1024

const damaged = (): never => {
  throw new HandoverError('exchange.damaged')
}

export async function sha256(bytes: Uint8Array): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Bytes))
}

/** The bytes of a code: what `AcceptCustody.proof` carries in base64url. */
export async function pack(
  record: Uint8Array,
  signature: Uint8Array,
  issued: Uint8Array,
  issuerSignature: Uint8Array,
): Promise<Bytes> {
  const length = new Uint8Array([issued.length >> 8, issued.length & 0xff])
  const inner = await through(new CompressionStream('deflate-raw'), concat(length, issued, record))
  const rest = concat(signature, issuerSignature, inner)
  return concat((await sha256(rest)).slice(0, SUM), rest)
}

/** Throws `exchange.damaged` for bytes that are not whole. */
export async function unpack(raw: Uint8Array): Promise<HandoverCode> {
  const rest = raw.slice(SUM) as Bytes
  if (rest.length <= 2 * SIGNATURE || !isSame((await sha256(rest)).slice(0, SUM), raw.slice(0, SUM))) damaged()
  const inner = await through(new DecompressionStream('deflate-raw'), rest.slice(2 * SIGNATURE)).catch(damaged)
  const end = 2 + (inner[0]! << 8) + inner[1]!
  const issuedBytes = inner.slice(2, end)
  const recordBytes = inner.slice(end)
  return {
    record: recordOf(parsed(recordBytes)),
    recordBytes,
    signature: rest.slice(0, SIGNATURE),
    issued: passOf(parsed(issuedBytes)),
    issuedBytes,
    issuerSignature: rest.slice(SIGNATURE, 2 * SIGNATURE),
  }
}

/** One text, or as many parts as it takes, each for one symbol. */
export async function texts(raw: Uint8Array): Promise<string[]> {
  const whole = PREFIX + toBase45(raw)
  if (whole.length <= SYMBOL_CHARS) return [whole]
  const size = Math.floor((SYMBOL_CHARS - 'DNH1:12/34:'.length) / 3) * 2 - SHARED
  const count = Math.ceil(raw.length / size)
  if (count > MOST_PARTS) damaged()
  const shared = (await sha256(raw)).slice(0, SHARED)
  return Array.from(
    { length: count },
    (_, at) => `DNH1:${at + 1}/${count}:` + toBase45(concat(shared, raw.slice(at * size, (at + 1) * size))),
  )
}

/** The bytes of a code from what was scanned, in any order and however often. `exchange.incomplete` tells what is missing. */
export function joined(scanned: readonly string[]): Bytes {
  const parts = new Map<number, Bytes>()
  let total = 0
  for (const text of scanned) {
    const place = PART.exec(text)
    if (!place) return single(text)
    const number = Number(place[1])
    const of = Number(place[2])
    total ||= of
    const piece = fromBase45(text.slice(place[0].length))
    const known = parts.get(number) ?? piece
    if (of !== total || number < 1 || number > of || of > MOST_PARTS || !isSame(known, piece)) damaged()
    parts.set(number, piece)
  }
  const missing = Array.from({ length: total }, (_, at) => at + 1).filter((number) => !parts.has(number))
  if (missing.length || !parts.size)
    throw new HandoverError('exchange.incomplete', { have: parts.size, of: total, missing })
  const pieces = [...parts].sort(([one], [other]) => one - other).map(([, piece]) => piece)
  if (pieces.some((piece) => !isSame(piece.slice(0, SHARED), pieces[0]!.slice(0, SHARED)))) damaged()
  return concat(...pieces.map((piece) => piece.slice(SHARED)))
}

function single(text: string): Bytes {
  if (!text.startsWith(PREFIX)) throw new HandoverError('exchange.unknown_version')
  return fromBase45(text.slice(PREFIX.length))
}

/** A stream's whole output; a bomb stops at a size that no code has. */
async function through(change: CompressionStream | DecompressionStream, input: Uint8Array): Promise<Bytes> {
  const writer = change.writable.getWriter()
  const written = Promise.all([writer.write(input as Bytes), writer.close()])
  // What is wrong with the input is told by the reading side.
  written.catch(() => undefined)
  const made: Uint8Array[] = []
  let size = 0
  const reader = change.readable.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    made.push(value as Uint8Array)
    size += (value as Uint8Array).length
    if (size > MOST_BYTES) {
      void reader.cancel().catch(() => undefined)
      return damaged()
    }
  }
  await written
  return concat(...made)
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return damaged()
  }
}

const TEXTS = ['t', 'n', 'm', 'r', 'f', 'l', 'g', 'h'] as const

function recordOf(said: unknown): HandoverRecord {
  const record = (said ?? {}) as HandoverRecord
  const isSound =
    typeof said === 'object' &&
    ['o', 'a', 'c'].includes(record.k) &&
    typeof record.c === 'string' &&
    Number.isInteger(record.at) &&
    TEXTS.every((name) => record[name] === undefined || typeof record[name] === 'string')
  return isSound ? record : damaged()
}

function passOf(said: unknown): HandoverPass {
  const row = Array.isArray(said) ? said : []
  const isSound = row.length >= 10 && row.every((value, at) => (at === 7 || at === 8 ? Number.isInteger(value) : typeof value === 'string' || at > 9))
  if (!isSound) return damaged()
  const [site, issuer, user, role, unit, contingent, facility, starts, ends, key] = row
  return { site, issuer, user, role, unit, contingent, facility, starts, ends, public: key }
}

export const jsonBytes = (value: unknown): Bytes => utf8(JSON.stringify(value))

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at])
