/** Who signed a code, and whether that counts: the site's word about the key, and the key's word about the record. */
import { concat, fromBase64, toBase64, utf8, type Bytes } from '../../outbox/seal'
import { joined, jsonBytes, pack, sha256, texts, unpack, type HandoverPass, type HandoverRecord } from './codec'
import { HandoverError } from './errors'

const PASS = utf8('dunant grant key 1\n')
const RECORD = utf8('dunant handover 1\n')
const AHEAD_S = 3600
const HASH_BYTES = 16
const ED25519 = { name: 'Ed25519' }

/** Sites whose word counts, by the id of their key, and keys of grants that were shut; told at sign-in with `me`. */
export interface HandoverTrust {
  issuers: Readonly<Record<string, { site: string; public: string }>>
  revoked: readonly string[]
}

/** The key of a capture grant as the phone keeps it, sealed: both halves in base64url. */
export interface GrantKey {
  public: string
  secret: string
}

/** A record and whose it is. `record.d` is the card. */
export interface Signed {
  record: HandoverRecord
  by: HandoverPass
  /** Null when the signature counts; `exchange.foreign_key` when the site is not known here ("unknown key"). */
  fault: null | 'exchange.foreign_key'
  /** The code's bytes in base64url: `AcceptCustody.proof`. */
  proof: string
}

/** Whether this browser can sign at all. */
export async function canSign(): Promise<boolean> {
  try {
    await crypto.subtle.generateKey(ED25519, false, ['sign', 'verify'])
    return true
  } catch {
    return false
  }
}

/** A new key for the grant of the next sign-in. */
export async function newGrantKey(): Promise<GrantKey> {
  const pair = (await crypto.subtle.generateKey(ED25519, true, ['sign', 'verify'])) as CryptoKeyPair
  const secret = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
  return {
    public: toBase64url(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))),
    secret: toBase64url(secret),
  }
}

/** The texts of the symbols that say this, and the bytes as a proof.
 *
 * `pass`: `handover_pass` of `me`. One text fits one symbol of version 25 at error correction M; shown in any order.
 */
export async function makeCode(
  record: HandoverRecord,
  pass: string,
  key: GrantKey,
): Promise<{ texts: string[]; proof: string }> {
  const [issued, issuerSignature] = pass.split('.').map(fromBase64url) as [Bytes, Bytes]
  const said = jsonBytes(record)
  const secret = await crypto.subtle.importKey('pkcs8', fromBase64url(key.secret), ED25519, false, ['sign'])
  const signature = new Uint8Array(await crypto.subtle.sign(ED25519, secret, await signedBytes(issued, said)))
  const raw = await pack(said, signature, issued, issuerSignature)
  return { texts: await texts(raw), proof: toBase64url(raw) }
}

/** What was scanned, checked. Throws HandoverError; only an unknown site is told and shown, as a fault. */
export async function readCode(scanned: readonly string[], trust: HandoverTrust, now: number): Promise<Signed> {
  const raw = joined(scanned)
  const code = await unpack(raw)
  const by = code.issued
  const issuer = trust.issuers[by.issuer]
  const isKnown = issuer?.site === by.site
  const own = bytesOf(by.public)
  const isSigned =
    (await verified(own, code.signature, await signedBytes(code.issuedBytes, code.recordBytes))) &&
    (!isKnown || (await verified(bytesOf(issuer!.public), code.issuerSignature, concat(PASS, code.issuedBytes))))
  if (!isSigned) throw new HandoverError('exchange.bad_signature')
  if (trust.revoked.includes(by.issuer) || trust.revoked.includes(await keyId(own))) throw new HandoverError('exchange.revoked_key')
  const made = code.record.at / 1000
  if (made < by.starts - AHEAD_S || made >= by.ends || now / 1000 < made - AHEAD_S)
    throw new HandoverError('exchange.expired_key')
  return { record: code.record, by, fault: isKnown ? null : 'exchange.foreign_key', proof: toBase64url(raw) }
}

/** Short hash of a card, for `h` of the offer and `OfferCustody.card_hash`. */
export async function cardHash(card: Record<string, unknown>): Promise<string> {
  return toBase64url((await sha256(jsonBytes(card))).slice(0, HASH_BYTES))
}

/** Names an offer; repeated by its answer. */
export const newNonce = (): string => toBase64url(crypto.getRandomValues(new Uint8Array(HASH_BYTES - 4)))

export async function keyId(key: Uint8Array): Promise<string> {
  return [...(await sha256(key))].slice(0, 8).map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function signedBytes(issued: Uint8Array, record: Uint8Array): Promise<Bytes> {
  return concat(RECORD, await sha256(issued), record)
}

async function verified(key: Bytes, signature: Bytes, said: Bytes): Promise<boolean> {
  try {
    const imported = await crypto.subtle.importKey('raw', key, ED25519, false, ['verify'])
    return await crypto.subtle.verify(ED25519, imported, signature, said)
  } catch {
    return false
  }
}

function bytesOf(text: string): Bytes {
  try {
    return fromBase64url(text)
  } catch {
    return new Uint8Array(0)
  }
}

export const toBase64url = (bytes: Uint8Array): string =>
  toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

export const fromBase64url = (text: string): Bytes => fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'))
