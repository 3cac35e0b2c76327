/** The key of each author on this device: what they enter is sealed with it, and it exists only while they are at it.
 *
 * The key is random. It lies here wrapped by the password and, if one was chosen, by a PIN. Six digits are few, so
 * the PIN's wrap needs a key that never leaves this browser as well, and is destroyed after five wrong tries.
 */
import { uuid7 } from '../api/ids'
import { database, remember, remembered, writing } from './database'
import { aesKey, concat, lockBox, openBox, openJson, randomBytes, sealJson, utf8, type AuthorKey, type Box, type Bytes } from './seal'

// OWASP 2023 for PBKDF2-HMAC-SHA256; about a second on a slow phone (unverified).
const ROUNDS = 600_000
const KEY_BYTES = 32
const SALT_BYTES = 16
export const PIN_TRIES = 5
const DEVICE_KEY = 'device_key'

interface Slot {
  salt: Bytes
  rounds: number
  box: Box
}

export interface VaultRecord {
  id: string
  user: string
  display: string
  password: Slot | null
  pin: (Slot & { tries: number }) | null
  /** On a desk, for as long as somebody is signed in: usable by this browser, not to be read out. */
  open: CryptoKey | null
  /** What other sites can check of the author's grant; it proves nothing without the grant itself. */
  pass?: string
  /** Who the author is and the proof of it, sealed. Gone after signing out. */
  profile: Box | null
}

/** An opened vault. `raw` is only held while the author is at the device. */
export interface Vault extends AuthorKey {
  user: string
  raw: Bytes
}

export async function vaults(): Promise<VaultRecord[]> {
  return (await database()).getAll('vaults')
}

/** The vault of somebody who has just signed in: theirs, or a new one when there is none that this password opens. */
export async function enterVault(user: string, display: string, password: string): Promise<Vault> {
  for (const record of (await vaults()).filter((each) => each.user === user)) {
    const raw = record.password ? await opened(record.password, password, record.id) : null
    if (raw) return { id: record.id, user, raw, key: await aesKey(raw) }
  }
  const id = uuid7()
  const raw = randomBytes(KEY_BYTES)
  const slot = await closed(raw, password, id)
  await save({ id, user, display, password: slot, pin: null, open: null, profile: null })
  return { id, user, raw, key: await aesKey(raw) }
}

/** Null when the password is not the one. Works without a server. */
export async function unlockByPassword(record: VaultRecord, password: string): Promise<Vault | null> {
  const raw = record.password ? await opened(record.password, password, record.id) : null
  if (!raw) return null
  if (record.pin) await change(record.id, (each) => ({ ...each, pin: each.pin && { ...each.pin, tries: PIN_TRIES } }))
  return { id: record.id, user: record.user, raw, key: await aesKey(raw) }
}

/** The vault, or how many tries are left. The try is counted before it is made. */
export async function unlockByPin(id: string, pin: string): Promise<Vault | number> {
  const before = await change(id, (each) => ({
    ...each,
    pin: each.pin && each.pin.tries > 0 ? { ...each.pin, tries: each.pin.tries - 1 } : null,
  }))
  if (!before?.pin) return 0
  const box = before.pin.box
  const inner = await openBox(await deviceKey(), id, box)
  const raw = inner ? await opened({ ...before.pin, box: unpack(inner) }, pin, id) : null
  if (!raw) {
    if (before.pin.tries === 0) await change(id, (each) => ({ ...each, pin: null }))
    return before.pin.tries
  }
  await change(id, (each) => ({ ...each, pin: each.pin && { ...each.pin, tries: PIN_TRIES } }))
  return { id, user: before.user, raw, key: await aesKey(raw) }
}

export async function setPin(vault: Vault, pin: string): Promise<void> {
  const slot = await closed(vault.raw, pin, vault.id)
  const box = await lockBox(await deviceKey(), vault.id, concat(slot.box.iv, slot.box.text))
  await change(vault.id, (each) => ({ ...each, pin: { ...slot, box, tries: PIN_TRIES } }))
}

export async function setProfile(vault: AuthorKey, profile: unknown, pass = ''): Promise<void> {
  const box = await sealJson(vault.key, vault.id, profile)
  await change(vault.id, (each) => ({ ...each, profile: box, pass }))
}

export async function profileOf<T>(vault: AuthorKey): Promise<T | null> {
  const record = await (await database()).get('vaults', vault.id)
  return record?.profile ? openJson<T>(vault.key, vault.id, record.profile) : null
}

/** Signed out: nothing new can be made under this name here. The vault stays only while there is something in it. */
export async function leaveVault(id: string, isNeeded: boolean): Promise<void> {
  if (isNeeded) await change(id, (each) => ({ ...each, pin: null, open: null, profile: null }))
  else {
    const work = await writing(['vaults'])
    await Promise.all([work.objectStore('vaults').delete(id), work.done])
  }
}

/** For a desk, where a reload is not a new unlocking: the key of the last one, or a new one. */
export async function deskKey(user: string, display: string, password: string | null): Promise<AuthorKey> {
  if (password !== null) {
    const vault = await enterVault(user, display, password)
    await change(vault.id, (each) => ({ ...each, open: vault.key }))
    return vault
  }
  const left = (await vaults()).find((each) => each.user === user && each.open)
  if (left) return { id: left.id, key: left.open! }
  const id = uuid7()
  const key = await aesKey(randomBytes(KEY_BYTES))
  await save({ id, user, display, password: null, pin: null, open: key, profile: null })
  return { id, key }
}

// ── inside ──

async function closed(raw: Bytes, secret: string, name: string): Promise<Slot> {
  const salt = randomBytes(SALT_BYTES)
  return { salt, rounds: ROUNDS, box: await lockBox(await stretched(secret, salt, ROUNDS), name, raw) }
}

async function opened(slot: Slot, secret: string, name: string): Promise<Bytes | null> {
  return openBox(await stretched(secret, slot.salt, slot.rounds), name, slot.box)
}

async function stretched(secret: string, salt: Bytes, rounds: number): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey('raw', utf8(secret.normalize('NFC')), 'PBKDF2', false, ['deriveKey'])
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }
  return crypto.subtle.deriveKey(how, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

const IV_BYTES = 12
const unpack = (packed: Bytes): Box => ({ iv: packed.slice(0, IV_BYTES), text: packed.slice(IV_BYTES) })

async function deviceKey(): Promise<CryptoKey> {
  const known = await remembered<CryptoKey>(DEVICE_KEY)
  if (known) return known
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  await remember(DEVICE_KEY, made)
  return made
}

async function save(record: VaultRecord): Promise<void> {
  const work = await writing(['vaults'])
  await Promise.all([work.objectStore('vaults').put(record), work.done])
}

async function change(id: string, how: (record: VaultRecord) => VaultRecord): Promise<VaultRecord | null> {
  const work = await writing(['vaults'])
  const store = work.objectStore('vaults')
  const found = await store.get(id)
  const changed = found ? how(found) : null
  await Promise.all([changed ? store.put(changed) : null, work.done])
  return changed
}
