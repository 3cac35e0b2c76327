import { describe, expect, test } from 'vitest'
import type { Peer, SiteStatus } from '../src/api/site'
import { bytesWords, finish, laneRows, rateWords, share, total } from '../src/desk/site/siteMath'
import { siteState } from '../src/desk/site/siteState'

const aPeer = (fields: Partial<Peer> = {}): Peer => ({
  code: 'MHQ',
  address: '',
  direction: 'dials',
  state: 'up',
  reason: null,
  last_contact: null,
  clock_diff_ms: null,
  clock_suspect: false,
  rtt_ms: null,
  bandwidth_bit_s: null,
  mode: null,
  queue: [],
  incoming: [],
  finish_s: null,
  sent_bytes: 0,
  received_bytes: 0,
  last_receipt: null,
  software: null,
  protocol: null,
  complete: false,
  ...fields,
})
const aStatus = (fields: Partial<SiteStatus> = {}): SiteStatus => ({
  as_of: '2026-11-24T09:30:00.000Z',
  site: {
    code: 'BENTIU',
    mission: 'DEMO',
    epoch: '1a2b3c4d',
    exercise: true,
    authority: 'MHQ',
    is_authority: false,
    disk: { free_bytes: 1, total_bytes: 2, low: false, database_bytes: 1 },
    backup: { last: null },
    events: 1,
    parked_frames: 0,
    parked_bytes: 0,
    quarantined: 0,
  },
  switch: { available: false, up: true, kbit_s: null, rtt_ms: null, loss: null },
  peers: [aPeer()],
  sites: [],
  receipts: [],
  forks: [],
  ...fields,
})

describe('figures', () => {
  test('every lane is there, also an empty one', () => {
    const rows = laneRows(aPeer({ queue: [{ lane: 1, events: 3, bytes: 150 }], incoming: [{ lane: 2, events: 4 }] }))
    expect(rows).toEqual([
      { lane: 0, events: 0, bytes: 0, incoming: 0 },
      { lane: 1, events: 3, bytes: 150, incoming: 0 },
      { lane: 2, events: 0, bytes: 0, incoming: 4 },
      { lane: 3, events: 0, bytes: 0, incoming: 0 },
    ])
    expect(total([])).toEqual({ events: 0, bytes: 0 })
  })
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_500, '1.5 kB'],
    [9_960, '10 kB'],
    [999_600, '1 MB'],
    [72_000_000_000, '72 GB'],
  ])('%d bytes are %s', (bytes, words) => expect(bytesWords(bytes)).toBe(words))
  test.each([
    [250_000, '250 kbit/s'],
    [2_000_000, '2 Mbit/s'],
  ])('%d bit/s are %s', (rate, words) => expect(rateWords(rate)).toBe(words))
  test('waits grow their unit with their length', () => {
    expect([finish(null), finish(Infinity)]).toEqual([null, null])
    expect(finish(0.2)).toEqual({ unit: 's', value: 1 })
    expect(finish(119)).toEqual({ unit: 's', value: 119 })
    expect(finish(600)).toEqual({ unit: 'min', value: 10 })
    expect(finish(7200)).toEqual({ unit: 'h', value: 2 })
  })
  test('a receipt for more than we have is a whole one, and nothing to sign is signed', () => {
    expect([share(12, 10), share(5, 10), share(0, 0)]).toEqual([1, 0.5, 1])
  })
})

describe('the state of the site page', () => {
  const at = (status: SiteStatus | null, error: { status: number } | null = null, isOffline = false) =>
    siteState({ status, error, isOffline })
  test('the gravest wins', () => {
    const fork = { o: 'X', e: 'e', st: 'casualty', q: 1, since: '' }
    expect(at(aStatus({ forks: [fork], peers: [aPeer({ state: 'down' })] }))).toBe('conflict')
    expect(at(aStatus({ peers: [aPeer({ state: 'down' })] }))).toBe('partial')
    expect(at(aStatus())).toBe('ready')
    expect(at(aStatus({ peers: [] }))).toBe('first_use')
    expect(at(null)).toBe('loading')
    expect(at(aStatus(), null, true)).toBe('offline_queue')
    expect(at(aStatus(), { status: 403 })).toBe('denied')
    expect(at(aStatus(), { status: 500 })).toBe('error')
  })
})
