/** Who is at a desk. A reload is not a new sign-in, so this browser keeps the key for as long as somebody is signed in. */
import type { Me } from '../api/types'
import { isUnsent } from './machine'
import { outbox } from './outbox'
import { canSeal, type AuthorKey } from './seal'
import { deskKey, leaveVault, profileOf, setProfile } from './vault'

let key: Promise<AuthorKey | null> = Promise.resolve(null)

export function enterDesk(me: Me, password: string | null): void {
  const author = { user: me.user, grant: me.grant ?? '', sites: me.outbox_keys ?? [] }
  key = canSeal().then((can) => (can ? deskKey(me.user, me.display, password) : null))
  void outbox.enter({ ...author, key })
  void withGrant(author.grant).then((grant) => (grant && grant !== author.grant ? outbox.enter({ ...author, grant, key }) : undefined))
}

/** The grant is told once, at sign-in; a reload finds it where this browser sealed it. */
async function withGrant(told: string): Promise<string> {
  const own = await key.catch(() => null)
  if (!own) return told
  if (told) await setProfile(own, { grant: told })
  return told || ((await profileOf<{ grant: string }>(own))?.grant ?? '')
}

export function leaveDesk(): void {
  const isNeeded = outbox.entries.some((entry) => isUnsent(entry) || entry.state === 'rejected')
  void key.then((own) => own && leaveVault(own.id, isNeeded)).catch(() => undefined)
  key = Promise.resolve(null)
  outbox.leave()
}
