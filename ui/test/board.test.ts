import { describe, expect, test } from 'vitest'
import type { BoardRow } from '../src/api/types'
import { inLanes, matches } from '../src/desk/ops/lanes'
import { screenState } from '../src/kit/screenState'
import { decimalDegrees, distanceKm, militaryGrid } from '../src/maps/coordinates'
import { cluster, countByTriage, freshness, type Pin } from '../src/maps/pins'
import { hoursMinutes, dateTimeGroup, zulu } from '../src/i18n/time'
import { uuid7 } from '../src/api/ids'

const aRow = (tag: string, fields: Partial<BoardRow> = {}): BoardRow => ({
  subject: tag,
  canonical: tag,
  cause: null,
  contingent: null,
  needs_surgery: null,
  disposition: null,
  manner: null,
  holder: null,
  holder_role: null,
  holder_facility: null,
  holder_leg: null,
  holder_since: null,
  custody: 'NONE',
  treating: [],
  destination_id: null,
  tag,
  status: 'REPORTED',
  lane: 'reported',
  category: null,
  triage: 'T2',
  scheme: 'SIEVE',
  triage_event: null,
  affiliation: null,
  child: false,
  sex: null,
  age_band: null,
  detainee: null,
  severity: null,
  incident: null,
  exercise: false,
  position: null,
  reported_at: '2026-11-23T20:00:00Z',
  reported_by_role: 'medic',
  source: 'medic',
  origin: 'A',
  request: null,
  leg: null,
  facility: null,
  flags: [],
  conflicts: [],
  late_min: null,
  late_from: 'A',
  delivery: null,
  clocks: [],
  hidden: [],
  ...fields,
})

describe('lanes', () => {
  test('the most urgent stand on top, and the untriaged right after T1', () => {
    const rows = [aRow('c', { triage: 'T3' }), aRow('n', { triage: null }), aRow('a', { triage: 'T1' })]
    expect(
      inLanes(rows)
        .get('reported')!
        .map((row) => row.tag),
    ).toEqual(['a', 'n', 'c'])
  })
  test('a row of an unknown lane is shown as reported rather than lost', () => {
    expect(inLanes([aRow('a', { lane: 'new_lane' as 'reported' })]).get('reported')).toHaveLength(1)
  })
  test('a tag is found as it is spoken: without dashes, and with O for 0', () => {
    expect(matches(aRow('D-4KQ20-B'), '4kq2o')).toBe(true)
    expect(matches(aRow('D-4KQ20-B'), 'd4kq20b')).toBe(true)
    expect(matches(aRow('D-4KQ20-B'), '7B0')).toBe(false)
  })
})

describe('the state of a screen', () => {
  const view = {
    view: 'board',
    version: 3,
    as_of: '',
    complete_through: null,
    sources: [],
    actions: [],
    suppressed: 0,
    rows: [1],
    next: null,
  }
  const usual = { view, error: null, isOffline: false, unsent: 0 }
  test.each([
    ['ready', {}],
    ['loading', { view: null }],
    ['denied', { view: null, error: { status: 403 } }],
    ['error', { error: { status: 500 } }],
    ['offline_queue', { isOffline: true, error: { status: 500 } }],
    ['offline_queue', { unsent: 2 }],
    ['empty', { view: { ...view, rows: [] } }],
    ['first_use', { view: { ...view, rows: [] }, isUntouched: true }],
    ['read_only', { isReadOnly: true, hasConflict: true }],
    ['conflict', { hasConflict: true, silentSites: 1 }],
    ['partial', { silentSites: 1 }],
    ['partial', { view: { ...view, suppressed: 2 } }],
  ])('is %s for %j', (expected, change) => {
    expect(screenState({ ...usual, ...change } as Parameters<typeof screenState>[0])).toBe(expected)
  })
})

describe('the map', () => {
  const aPin = (id: string, triage: string | null, x: number): Pin & { x: number } => ({
    id,
    kind: 'casualty',
    label: id,
    triage,
    position: { lat: 0, lon: 0, ce: null, at: null },
    freshness: 'fresh',
    x,
  })
  test('casualties close together become one mark that counts by triage', () => {
    const groups = cluster(
      [aPin('a', 'T1', 0), aPin('b', 'T2', 10), aPin('c', 'T1', 20), aPin('d', 'T3', 200)],
      (pin) => ({ x: (pin as Pin & { x: number }).x, y: 0 }),
    )
    expect(groups.map((group) => group.pins.length)).toEqual([3, 1])
    expect(countByTriage(groups[0]!.pins)).toEqual([
      ['T1', 2],
      ['T2', 1],
    ])
  })
  test('a position without a time is old, never fresh', () => {
    expect(freshness('asset', null, 0)).toBe('old')
  })
  // Reference values from GEOTRANS (the PyPI package mgrs 1.5.0).
  test.each([
    [9.45, 29.55, '35P QL 8001 4562'],
    [-1.67, 29.23, '35M QU 4810 1527'],
    [38.8895, -77.0353, '18S UJ 2347 0648'],
    [18.44, 1.41, '31Q CA 3208 3960'],
  ])('%f %f is given in the military grid', (lat, lon, expected) => {
    expect(militaryGrid({ lat, lon })).toBe(expected)
  })
  // Casualty specification, section 22.1: point of injury to Bentiu 34.6 km, to Malakal 231.6 km.
  test.each([
    [9.26, 29.8, 34.6],
    [9.53, 31.66, 231.6],
  ])('distances are those of the night convoy', (lat, lon, expected) => {
    expect(distanceKm({ lat: 9.45, lon: 29.55 }, { lat, lon })).toBeCloseTo(expected, 0)
  })
  test('and in degrees with the side of the world', () => {
    expect(decimalDegrees({ lat: -1.67, lon: 29.23 })).toBe('1.6700° S 29.2300° E')
  })
})

test('times are spoken the same in every zone', () => {
  expect([
    hoursMinutes(38),
    hoursMinutes(125.9),
    zulu('2026-11-23T10:04:59Z'),
    dateTimeGroup('2026-11-23T10:00:00Z'),
  ]).toEqual(['00:38', '02:05', '10:04Z', '231000ZNOV26'])
  expect(zulu('2026-11-22T23:50:00Z', Date.parse('2026-11-23T00:10:00Z'))).toBe('2026-11-22 23:50Z')
})

test('ids are version 7, grow, and never repeat', () => {
  const ids = Array.from({ length: 500 }, () => uuid7(1_700_000_000_000.7))
  expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true)
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(ids).size).toBe(500)
})
