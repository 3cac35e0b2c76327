/** What a site says about itself and its peers: machine state, nothing about people. */
import { ask, json, post } from './client'
import type { Outcome, Time } from './types'

export type PeerState = 'up' | 'down' | 'connecting' | 'refused' | 'never'
export type Mode = 'catch_up' | 'alert' | 'idle'

export interface Waiting {
  lane: number
  events: number
  bytes: number
}

export interface Peer {
  code: string
  address: string
  direction: string
  state: PeerState
  reason: string | null
  last_contact: Time | null
  clock_diff_ms: number | null
  clock_suspect: boolean
  rtt_ms: number | null
  bandwidth_bit_s: number | null
  mode: Mode | null
  queue: Waiting[]
  incoming: { lane: number; events: number }[]
  finish_s: number | null
  sent_bytes: number
  received_bytes: number
  last_receipt: { at: Time; receiver: string } | null
  software: string | null
  protocol: number | null
  complete: boolean
}

export interface KnownSite {
  code: string
  state: string
  roles: string[]
  key_ids: string[]
  words: string | null
  last_heard: Time | null
  behind: number | null
  authority: boolean
}

export interface ReceiptRow {
  receiver: string
  origin: string
  stream: string
  q: number
  ours: number
  at: Time
}

export interface Fork {
  o: string
  e: string
  st: string
  q: number
  since: Time
}

export interface LinkSwitchState {
  available: boolean
  up: boolean
  kbit_s: number | null
  rtt_ms: number | null
  loss: number | null
}

export interface SiteStatus {
  as_of: Time
  site: {
    code: string
    mission: string
    epoch: string
    exercise: boolean
    authority: string | null
    is_authority: boolean
    disk: { free_bytes: number; total_bytes: number; low: boolean; database_bytes: number | null }
    backup: { last: Time | null }
    events: number
    parked_frames: number
    parked_bytes: number
    quarantined: number
    chain_check?: { at: Time; ok: boolean } | null
  }
  switch: LinkSwitchState
  peers: Peer[]
  sites: KnownSite[]
  receipts: ReceiptRow[]
  forks: Fork[]
}

export interface ImportReport {
  accepted: number
  duplicate: number
  parked: number
  refused: { rule: string; count: number }[]
  damaged: number
}

export const siteStatus = async (unattended = false): Promise<SiteStatus> =>
  json(
    await ask('/site/status', {
      cache: 'no-store',
      ...(unattended ? { headers: { 'X-Dunant-Unattended': '1' } } : {}),
    }),
  )
export const switchLink = async (up: boolean): Promise<void> => void (await post('/demo/link', { up }))
export const backUpNow = async (): Promise<void> => void (await post('/site/backup'))
export const shutDevice = async (device: string): Promise<void> => void (await post('/devices/shut', { device }))
export const judgeHeld = async (entry: string, verdict: 'RELEASED' | 'DISCARDED'): Promise<Outcome> =>
  json(await post('/held/judge', { entry, verdict }))
export const exportSync = async (to: string[]): Promise<Blob> => (await post('/site/export', { to })).blob()
export const importSync = async (file: Blob): Promise<ImportReport> =>
  json(
    await ask('/site/import', { method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' } }),
  )
