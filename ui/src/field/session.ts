/** Who is at this phone: nobody yet, locked, or somebody. Everything about a person leaves memory when they lock. */
import { ApiError, NoAnswer, login, logout, rememberCsrf, me as askMe } from '../api/client'
import { uuid7 } from '../api/ids'
import type { Me } from '../api/types'
import { setMissionClock } from '../live/missionClock'
import { remember, remembered } from '../outbox/database'
import { isUnsent } from '../outbox/machine'
import { outbox } from '../outbox/outbox'
import { canSeal } from '../outbox/seal'
import {
  enterVault,
  leaveVault,
  profileOf,
  setPin,
  setProfile,
  unlockByPassword,
  unlockByPin,
  vaults,
  type Vault,
  type VaultRecord,
} from '../outbox/vault'
import type { GrantKey, HandoverTrust } from './handover'
import { forgetOwn, showOwn } from './own'
import { deliver, heard } from './reach'
import { signal } from './signal'

const IDLE_MS = 5 * 60_000
const LOST = 'dunant.unsent'

export type Session =
  | { kind: 'starting' }
  | { kind: 'insecure' }
  | { kind: 'out'; others: boolean }
  | { kind: 'locked'; people: VaultRecord[] }
  | { kind: 'in'; me: Me; vault: Vault; login: string; needsPin: boolean; signKey: GrantKey | null }

interface Profile {
  me: Me
  login: string
  /** Signs hand-over codes for as long as the grant is good; absent in a browser that cannot sign. */
  signKey?: GrantKey | null
}

export const session = signal<Session>({ kind: 'starting' })
/** Records of which this phone knows that they were deleted by somebody else before they had left. */
export const lost = signal(0)
/** The browser may delete what is kept here when it runs out of space. */
export const isFirm = signal(true)
/** The site no longer knows this session: records still leave, nothing new can be seen. */
export const signedOut = signal(false)

let idle: ReturnType<typeof setTimeout> | undefined

export async function begin(): Promise<void> {
  outbox.sendBy(deliver)
  if (!(await canSeal())) return session.set({ kind: 'insecure' })
  void navigator.storage?.persist?.().then((granted) => isFirm.set(granted))
  await setClock()
  await outbox.begin()
  countLost()
  outbox.subscribe(noteUnsent)
  for (const event of ['pointerdown', 'keydown']) addEventListener(event, () => awake(), { passive: true })
  for (const event of ['online', 'visibilitychange'])
    (event === 'online' ? window : document).addEventListener(event, () => {
      if (document.visibilityState === 'visible') void outbox.drain()
    })
  await atTheDoor()
}

async function atTheDoor(): Promise<void> {
  const people = (await vaults().catch(() => [])).filter((each) => each.profile && (each.pin || each.password))
  session.set(people.length ? { kind: 'locked', people } : { kind: 'out', others: false })
}

/** Leaves the lock screen for the sign-in of somebody else. */
export const somebodyElse = (): void => session.set({ kind: 'out', others: true })
export const backToLock = (): Promise<void> => atTheDoor()

// ── coming and going ──

export async function signIn(user: string, password: string): Promise<void> {
  const signKey = await freshKey()
  const me = await heard(login(user, password, await deviceId(), signKey?.public))
  const vault = await enterVault(me.user, me.display, password)
  await setProfile(vault, { me, login: user, signKey } satisfies Profile, me.grant_pass ?? '')
  setMissionClock(me.clock)
  await remember('clock', Date.parse(me.clock.now) - Date.now())
  const record = (await vaults()).find((each) => each.id === vault.id)
  signedOut.set(false)
  enter({ me, login: user, signKey }, vault, !record?.pin)
}

/** Null when it opened; otherwise how many tries are left, or -1 when the password is not the one. */
export async function unlock(record: VaultRecord, by: 'pin' | 'password', secret: string): Promise<number | null> {
  const vault = by === 'pin' ? await unlockByPin(record.id, secret) : await unlockByPassword(record, secret)
  if (vault === null) return -1
  if (typeof vault === 'number') {
    if (vault === 0) await atTheDoor()
    return vault
  }
  const profile = await profileOf<Profile>(vault)
  if (!profile) {
    session.set({ kind: 'out', others: false })
    return null
  }
  enter(profile, vault, false)
  void renew(profile, vault)
  return null
}

/** Keys that were shut since, and sites that joined: asked for while the site still knows this person's session. */
async function renew(profile: Profile, vault: Vault): Promise<void> {
  const told = await askMe().catch(() => null)
  const now = session.now()
  if (told?.user !== profile.me.user || now.kind !== 'in' || now.vault.id !== vault.id) return
  const me = { ...profile.me, handover: told.handover, outbox_keys: told.outbox_keys }
  await setProfile(vault, { ...profile, me } satisfies Profile, me.grant_pass ?? '')
  session.set({ ...now, me })
}

export async function choosePin(pin: string | null): Promise<void> {
  const now = session.now()
  if (now.kind !== 'in') return
  if (pin) await setPin(now.vault, pin)
  session.set({ ...now, needsPin: false })
}

function enter({ me, login: name, signKey }: Profile, vault: Vault, needsPin: boolean): void {
  rememberCsrf(me.csrf)
  const key = Promise.resolve(vault)
  void outbox.enter({ user: me.user, grant: me.grant ?? '', key, sites: me.outbox_keys })
  session.set({ kind: 'in', me, vault, login: name, needsPin, signKey: signKey ?? null })
  void showOwn(me, vault)
  awake()
}

export function lock(): void {
  if (session.now().kind !== 'in') return
  clearTimeout(idle)
  outbox.leave()
  forgetOwn()
  location.hash = ''
  void atTheDoor()
}

export async function signOut(): Promise<void> {
  const now = session.now()
  if (now.kind !== 'in') return
  const isNeeded = outbox.entries.some((entry) => isUnsent(entry) || entry.state === 'rejected')
  outbox.leave()
  await forgetOwn(now.vault)
  await leaveVault(now.vault.id, isNeeded)
  location.hash = ''
  await atTheDoor()
  await logout().catch(() => undefined)
}

/** A request of this session was refused. True when it is because the session has ended. */
export function noteRefusal(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) signedOut.set(true)
  else if (!(error instanceof ApiError) && !(error instanceof NoAnswer)) throw error
}

function awake(): void {
  clearTimeout(idle)
  if (session.now().kind === 'in') idle = setTimeout(lock, IDLE_MS)
}

// ── signing where there is no network ──

/** What hand-over codes are signed and checked with; null when nobody is in, or the phone or the site cannot. */
export function signing(): { key: GrantKey; pass: string; trust: HandoverTrust } | null {
  const now = session.now()
  if (now.kind !== 'in' || !now.signKey || !now.me.handover_pass) return null
  return { key: now.signKey, pass: now.me.handover_pass, trust: now.me.handover }
}

async function freshKey(): Promise<GrantKey | null> {
  try {
    const { newGrantKey } = await import('./handover')
    return await newGrantKey()
  } catch {
    return null
  }
}

/** Which keys were shut since the sign-in, and what the role may do by now. */
export async function refreshMe(): Promise<void> {
  const asking = session.now()
  if (asking.kind !== 'in') return
  try {
    const { handover, permissions } = await heard(askMe())
    const now = session.now()
    if (now.kind !== 'in' || now.me.user !== asking.me.user) return
    const me = { ...now.me, handover, permissions }
    session.set({ ...now, me })
    await setProfile(now.vault, { me, login: now.login, signKey: now.signKey } satisfies Profile, me.grant_pass ?? '')
  } catch (error) {
    noteRefusal(error)
  }
}

// ── what the phone remembers of itself ──

async function deviceId(): Promise<string> {
  const known = await remembered<string>('device')
  if (known) return known
  const made = uuid7()
  await remember('device', made)
  return made
}

/** A phone whose clock is wrong goes on by the difference that the last sign-in found. */
async function setClock(): Promise<void> {
  const off = (await remembered<number>('clock').catch(() => undefined)) ?? 0
  setMissionClock({ now: new Date(Date.now() + off).toISOString(), speed: 1 })
}

/** A second place for one number, so that records deleted with the database are missed and said. */
function noteUnsent(): void {
  const { entries, closed } = outbox.snapshot()
  const unsent = [...entries, ...closed].filter((entry) => isUnsent(entry) || entry.state === 'rejected').length
  if (lost.now() === 0) localStorage.setItem(LOST, String(unsent))
}

function countLost(): void {
  const { closed, storage } = outbox.snapshot()
  const here = closed.filter((entry) => isUnsent(entry) || entry.state === 'rejected').length
  const before = Number(localStorage.getItem(LOST) ?? 0)
  if (storage !== 'refused' && before > here && here === 0) lost.set(before)
}

export function lostIsRead(): void {
  lost.set(0)
  localStorage.setItem(LOST, '0')
  outbox.noticed()
  noteUnsent()
}

