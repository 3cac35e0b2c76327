/** The outbox as a `.dunant` file, written without any server. The format is that of `dunant/sync/bundle.py`. */
import type { Id } from '../api/types'
import { isUnsent } from './machine'
import type { OutboxState } from './outbox'
import { concat, sealForSites, utf8, type Bytes, type SealedEntry, type SiteKey } from './seal'
import { vaults } from './vault'

const MAGIC = utf8('DUNB1')
const MARK = concat(new Uint8Array([0xfa]), utf8('DUNP'))
const ENTRY = 2
const CHECK_BYTES = 8

async function part(content: Bytes): Promise<Bytes> {
  const kind = new Uint8Array([ENTRY])
  const size = new Uint8Array(4)
  new DataView(size.buffer).setUint32(0, content.length)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', concat(kind, content)))
  return concat(MARK, kind, size, digest.slice(0, CHECK_BYTES), content)
}

/** Everything that has not arrived, refused entries included. What the author can read is sealed for every site known now. */
export async function exported(state: OutboxState, sites: readonly SiteKey[], me: Id): Promise<Bytes> {
  const passes = new Map((await vaults()).flatMap(({ user, pass }): [Id, string][] => (pass ? [[user, pass]] : [])))
  const line = (id: Id, sealed: SealedEntry, user: Id) =>
    part(utf8(JSON.stringify({ id, sealed, grant_pass: passes.get(user) ?? '' })))
  const parts: Bytes[] = [MAGIC]
  for (const { subject: _, lane: _l, attempt: _a, state: at, reply: _r, queued_at: _q, ...envelope } of state.entries) {
    if (at === 'accepted' || at === 'duplicate') continue
    const sealed = await sealForSites(sites, envelope.id, envelope)
    parts.push(await line(envelope.id, sealed, me))
  }
  for (const entry of state.closed)
    if (entry.sites && (isUnsent(entry) || entry.state === 'rejected'))
      parts.push(await line(entry.id, entry.sites, entry.user))
  return concat(...parts)
}

export function handOver(bytes: Bytes, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
