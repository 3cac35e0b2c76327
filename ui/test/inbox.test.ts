import { describe, expect, test } from 'vitest'
import type { ConflictRow, Me } from '../src/api/types'
import { tabsFor } from '../src/desk/inbox/inboxTabs'
import { ranked } from '../src/desk/inbox/ranking'
import { together } from '../src/desk/ops/both'
import { settles, settling } from '../src/desk/ops/settle'

const aConflict = (id: string, fields: Partial<ConflictRow> = {}): ConflictRow => ({
  id,
  subject: 's',
  kind: 'casualty',
  field: 'triage',
  state: 'OPEN',
  several: false,
  values: [],
  settled: null,
  route: { kind: 'clinical', role: 'clinician', climbed: false, since: '2026-11-23T20:00:00.000Z', yours: false },
  ...fields,
})
const route = (fields: Partial<NonNullable<ConflictRow['route']>>) => ({ ...aConflict('x').route!, ...fields })

describe('the order of the inbox', () => {
  test('mine first, then what has climbed, then the oldest, and the settled last', () => {
    const rows = [
      aConflict('settled', { state: 'RESOLVED', route: route({ yours: true }) }),
      aConflict('young', { route: route({ since: '2026-11-23T21:00:00.000Z' }) }),
      aConflict('old'),
      aConflict('climbed', { route: route({ climbed: true, since: '2026-11-23T22:00:00.000Z' }) }),
      aConflict('mine', { route: route({ yours: true, since: '2026-11-23T23:00:00.000Z' }) }),
    ]
    expect(ranked(rows).map((row) => row.id)).toEqual(['mine', 'climbed', 'old', 'young', 'settled'])
  })
})

describe('both are true', () => {
  test('lists are brought together and nothing is in them twice', () => {
    expect(together('line.equipment', [['HOIST', 'OXYGEN'], ['OXYGEN', 'VENT']])).toEqual(['HOIST', 'OXYGEN', 'VENT'])
  })
  test('notes are joined, names stay apart', () => {
    expect(together('remarks', ['river high', 'road cut'])).toBe('river high\nroad cut')
    expect(together('identity.NAME', ['Amal', 'Amina'])).toEqual(['Amal', 'Amina'])
  })
  test('the same value twice is one value', () => {
    expect(together('identity.NAME', ['Amal', 'Amal'])).toBe('Amal')
  })
})

describe('settling', () => {
  test('who somebody is goes through a door of its own', () => {
    const name = settling('s', 'identity.NAME', 'Amal', 'seen')
    expect(name).toEqual({ t: 'casualty.resolve_identity', casualty: 's', kind: 'NAME', value: 'Amal', reason: 'seen' })
    expect([settles(name, 'identity.NAME'), settles(name, 'identity.TAG'), settles(name, 'triage')]).toEqual([
      true,
      false,
      false,
    ])
    expect(settles(settling('s', 'triage', 'T1', 'seen'), 'triage')).toBe(true)
  })
})

test('a role sees the lists it may read, its own rejected entries, and who can see the conflicts', () => {
  const me = (...views: string[]) => ({ permissions: ['me.read', ...views.map((view) => `view.${view}`)] }) as Me
  expect(tabsFor(me('site_parked', 'site_quarantine', 'import_tray'))).toEqual([
    'parked',
    'quarantine',
    'tray',
    'rejected',
  ])
  expect(tabsFor(me())).toEqual(['conflicts', 'rejected'])
  expect(tabsFor(me('identity_conflicts'))).toEqual(['conflicts', 'rejected'])
})
