/** Sealing with what every browser has: to the author, whose key exists only while unlocked, and to sites.
 *
 * To sites: a fresh key for the entry, wrapped for each site by HPKE (RFC 9180, base mode, one message): X25519,
 * HKDF-SHA256, AES-256-GCM. The server opens it with the same suite from a library; a test compares the two.
 */
export type Bytes = Uint8Array<ArrayBuffer>

/** A site that may open entries: `public` is its X25519 key in base64. */
export interface SiteKey {
  site: string
  key: string
  public: string
}

/** As it stands on the wire and in an exported file. */
export interface SealedEntry {
  v: 1
  to: { site: string; key: string; wrap: string }[]
  box: string
}

export interface Box {
  iv: Bytes
  text: Bytes
}

export interface AuthorKey {
  id: string
  key: CryptoKey
}

const INFO = 'dunant outbox 1 '
const SECRET_BYTES = 32
const NONCE_BYTES = 12
const PUBLIC_BYTES = 32
const KEM = concat(utf8('KEM'), new Uint8Array([0x00, 0x20]))
const SUITE = concat(utf8('HPKE'), new Uint8Array([0x00, 0x20, 0x00, 0x01, 0x00, 0x02]))

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text) as Bytes
}

export function concat(...parts: Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

export function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
}

export const randomBytes = (count: number): Bytes => crypto.getRandomValues(new Uint8Array(count))

/** Whether this browser, at this address, can seal at all. Over plain http on a network it cannot. */
export async function canSeal(): Promise<boolean> {
  try {
    await crypto.subtle.generateKey('X25519', false, ['deriveBits'])
    return true
  } catch {
    return false
  }
}

export async function aesKey(raw: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

export async function lockBox(key: CryptoKey, name: string, text: Bytes): Promise<Box> {
  const iv = randomBytes(NONCE_BYTES)
  const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(name) }
  return { iv, text: new Uint8Array(await crypto.subtle.encrypt(algorithm, key, text)) }
}

/** Null when the box is another's, or was tampered with. */
export async function openBox(key: CryptoKey, name: string, box: Box): Promise<Bytes | null> {
  const algorithm = { name: 'AES-GCM', iv: box.iv, additionalData: utf8(name) }
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, box.text))
  } catch {
    return null
  }
}

export const sealJson = (key: CryptoKey, name: string, value: unknown): Promise<Box> =>
  lockBox(key, name, utf8(JSON.stringify(value)))

export async function openJson<T>(key: CryptoKey, name: string, box: Box): Promise<T | null> {
  const text = await openBox(key, name, box)
  return text ? (JSON.parse(new TextDecoder().decode(text)) as T) : null
}

/** The entry `id` sealed once, its key wrapped for each site. */
export async function sealForSites(sites: readonly SiteKey[], id: string, value: unknown): Promise<SealedEntry> {
  const secret = randomBytes(SECRET_BYTES)
  const { iv, text } = await sealJson(await aesKey(secret), id, value)
  const to = await Promise.all(
    sites.map(async ({ site, key, public: shown }) => ({
      site,
      key,
      wrap: toBase64(await hpkeSeal(fromBase64(shown), secret, utf8(INFO + id))),
    })),
  )
  return { v: 1, to, box: toBase64(concat(iv, text)) }
}

/** RFC 9180 §6.1, single-shot, base mode: encapsulated key, then ciphertext. */
export async function hpkeSeal(recipient: Bytes, message: Bytes, info: Bytes): Promise<Bytes> {
  const own = (await crypto.subtle.generateKey('X25519', true, ['deriveBits'])) as CryptoKeyPair
  const enc = new Uint8Array(await crypto.subtle.exportKey('raw', own.publicKey))
  const theirs = await crypto.subtle.importKey('raw', recipient, 'X25519', true, [])
  const shared = await crypto.subtle.deriveBits({ name: 'X25519', public: theirs }, own.privateKey, 8 * PUBLIC_BYTES)
  const first = await extract(KEM, NOTHING, 'eae_prk', new Uint8Array(shared))
  const secret = await expand(KEM, first, 'shared_secret', concat(enc, recipient), SECRET_BYTES)
  const context = concat(
    new Uint8Array([0]),
    await extract(SUITE, NOTHING, 'psk_id_hash', NOTHING),
    await extract(SUITE, NOTHING, 'info_hash', info),
  )
  const schedule = await extract(SUITE, secret, 'secret', NOTHING)
  const key = await aesKey(await expand(SUITE, schedule, 'key', context, SECRET_BYTES))
  const iv = await expand(SUITE, schedule, 'base_nonce', context, NONCE_BYTES)
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, message)
  return concat(enc, new Uint8Array(sealed))
}

const NOTHING: Bytes = new Uint8Array(0)

const extract = (suite: Bytes, salt: Bytes, label: string, input: Bytes): Promise<Bytes> =>
  // HMAC pads a short key with zeros, and browsers refuse an empty one.
  hmac(salt.length ? salt : new Uint8Array(32), concat(utf8('HPKE-v1'), suite, utf8(label), input))

/** One block of HKDF-Expand is all that any length here needs. */
async function expand(suite: Bytes, prk: Bytes, label: string, info: Bytes, length: number): Promise<Bytes> {
  const size = new Uint8Array([length >> 8, length & 0xff])
  const input = concat(size, utf8('HPKE-v1'), suite, utf8(label), info, new Uint8Array([1]))
  return (await hmac(prk, input)).slice(0, length)
}

async function hmac(key: Bytes, input: Bytes): Promise<Bytes> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, input))
}
