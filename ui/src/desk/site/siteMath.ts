/** Figures of the site page: sums, sizes and waits, in units that people say. Pure. */
import type { Peer, SiteStatus, Waiting } from '../../api/site'

export const LANES = [0, 1, 2, 3] as const

export interface LaneRow {
  lane: number
  events: number
  bytes: number
  incoming: number
}

/** Every lane, also those in which nothing waits: an empty first lane is news too. */
export function laneRows(peer: Pick<Peer, 'queue' | 'incoming'>): LaneRow[] {
  return LANES.map((lane) => {
    const out = peer.queue.find((each) => each.lane === lane)
    const back = peer.incoming.find((each) => each.lane === lane)
    return { lane, events: out?.events ?? 0, bytes: out?.bytes ?? 0, incoming: back?.events ?? 0 }
  })
}

export function total(queue: Waiting[]): { events: number; bytes: number } {
  return queue.reduce(
    (sum, each) => ({ events: sum.events + each.events, bytes: sum.bytes + each.bytes }),
    { events: 0, bytes: 0 },
  )
}

/** Decimal units, two digits below ten: `950 B`, `1.5 kB`, `72 GB`. */
export function bytesWords(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = Math.max(0, bytes)
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  const shown = unit === 0 || value >= 10 ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, '')
  return `${shown} ${units[unit]}`
}

export function rateWords(bitsPerSecond: number): string {
  return bitsPerSecond >= 999_500
    ? `${Number((bitsPerSecond / 1_000_000).toFixed(1))} Mbit/s`
    : `${Math.round(bitsPerSecond / 1000)} kbit/s`
}

/** How long until nothing waits: seconds up to two minutes, then minutes, then hours. Null: nobody can tell. */
export function finish(seconds: number | null): { unit: 's' | 'min' | 'h'; value: number } | null {
  if (seconds === null || !Number.isFinite(seconds)) return null
  if (seconds < 120) return { unit: 's', value: Math.max(1, Math.round(seconds)) }
  if (seconds < 2 * 3600) return { unit: 'min', value: Math.round(seconds / 60) }
  return { unit: 'h', value: Math.round(seconds / 3600) }
}

/** How much of our log a receiver has signed for; 1 when there is nothing to sign. */
export const share = (q: number, ours: number): number => (ours <= 0 ? 1 : Math.min(1, q / ours))

export interface Circumstances {
  isFirstUse: boolean
  hasForks: boolean
  unreached: Peer[]
}

export function circumstances(status: SiteStatus): Circumstances {
  return {
    isFirstUse: status.peers.length === 0 && status.sites.filter((site) => site.code !== status.site.code).length === 0,
    hasForks: status.forks.length > 0,
    unreached: status.peers.filter((peer) => peer.state !== 'up'),
  }
}
