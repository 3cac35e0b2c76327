import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { BoardRow } from '../src/api/types'
import { FRONT, REAR } from '../src/field/care/body'
import { everyone, fold, lastSigns, tourniquetAge } from '../src/field/care/fold'
import { SIGNS, outOfRange, stepped } from '../src/field/care/signs'
import { disagree, triage, type Bounds, type Observations, type Scheme } from '../src/field/care/triage'
import { underWay } from '../src/field/own'
import type { Entry } from '../src/outbox/machine'

interface Vectors {
  bounds: Bounds
  schemes: Record<string, Omit<Scheme, 'id'>>
  vectors: { seen: Observations; said: Record<string, [string, string[], string[], string[]]> }[]
}
const { bounds, schemes, vectors } = JSON.parse(
  readFileSync(new URL('../../tests/references/triage.json', import.meta.url), 'utf8'),
) as Vectors

describe('triage on the phone', () => {
  test('says of every common vector what the server says', () => {
    for (const { seen, said } of vectors)
      for (const [id, [category, possible, missing, warnings]] of Object.entries(said)) {
        const answer = triage({ id, ...schemes[id]! }, seen, bounds)
        expect(
          [answer.category, answer.possible, [...answer.missing].sort(), answer.warnings],
          `${id} ${JSON.stringify(seen)}`,
        ).toEqual([category, possible, missing, warnings])
      }
  })
  test('an open answer is no disagreement, two different ones are', () => {
    const said = (category: string) => ({ scheme: '', version: '', category, possible: [], missing: [], warnings: [] })
    expect(disagree([said('T1'), said('INDETERMINATE')])).toBe(false)
    expect(disagree([said('T1'), said('T2'), said('INDETERMINATE')])).toBe(true)
  })
})

const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 20, minute)).toISOString()
let number = 0
const entry = (command: Record<string, unknown>, more: Partial<Entry> = {}): Entry => ({
  id: `e${(number += 1)}`,
  command: command as unknown as Entry['command'],
  subject: 'a',
  at: { t: at(0), p: 'EXACT' },
  lane: 1,
  attempt: 0,
  state: 'waiting',
  reply: null,
  queued_at: number,
  ...more,
})
const intervention = (code: string, more: Record<string, unknown> = {}) => ({
  t: 'casualty.record_intervention',
  casualty: 'a',
  code,
  ...more,
})

describe('what this phone knows of a casualty', () => {
  test('what was entered in error counts as never made, whether its fact has a name of its own or not', () => {
    const made = entry(intervention('NPA'), { id: 'x', state: 'accepted', reply: { id: 'x', outcome: 'accepted', events: ['v'] } })
    const error = (event: string) => entry({ t: 'casualty.enter_in_error', subject_id: 'a', event, reason: 'UNDO' })
    expect(fold('a', [made], {}).interventions).toHaveLength(1)
    expect(fold('a', [made, error('v')], {}).interventions).toEqual([])
    expect(fold('a', [made, error('x')], { interventions: [{ event: 'x', at: at(1), code: 'NPA' }] }).interventions).toEqual([])
  })
  test('an entry and the fact it became are one', () => {
    const made = entry(intervention('NPA'), { id: 'x', state: 'accepted' })
    const found = fold('a', [made], { interventions: [{ event: 'x', at: at(3), code: 'NPA', limb: null }] })
    expect(found.interventions).toMatchObject([{ event: 'x', at: at(3), unsent: false }])
  })
  test('a tourniquet is on until it is taken off the same limb; the oldest gives the age', () => {
    const on = (limb: string, minute: number, off = false) =>
      entry(intervention('TQ', { limb, off }), { at: { t: at(minute), p: 'EXACT' } })
    const found = fold('a', [on('LL', 5), on('RA', 10), on('RA', 20, true)], {})
    expect(found.tourniquets).toEqual([
      { limb: 'LL', on: at(5), off: null },
      { limb: 'RA', on: at(10), off: at(20) },
    ])
    expect(tourniquetAge(found, Date.parse(at(35)))).toBe(30)
    expect(tourniquetAge(fold('a', [on('LL', 5), on('LL', 9, true)], {}), Date.parse(at(35)))).toBeNull()
  })
  test('each sign keeps its own newest value and time', () => {
    const signs = (minute: number, values: Record<string, unknown>) =>
      entry({ t: 'casualty.record_vitals', casualty: 'a', ...values }, { at: { t: at(minute), p: 'EXACT' } })
    expect(lastSigns(fold('a', [signs(9, { hr: 120 }), signs(4, { hr: 90, rr: 20 })], {}))).toEqual({
      hr: { value: 120, at: at(9) },
      rr: { value: 20, at: at(4) },
    })
  })
  test('a refused report still is somebody hurt, and nothing else of what was refused is shown as known', () => {
    const refused = { state: 'rejected' as const }
    const all = [
      entry({ t: 'casualty.report_casualty', casualty: 'a', tag: 'X' }, refused),
      entry({ t: 'casualty.assign_triage', casualty: 'a', category: 'T1', scheme: 'SIEVE' }, refused),
    ]
    expect(everyone([], all, { injuries: [], interventions: [], vitals: [] })).toMatchObject([
      { subject: 'a', tag: 'X', triage: null, rejected: 2 },
    ])
  })
  test('who was never reported is on no list', () => {
    const all = [entry({ t: 'casualty.assign_triage', casualty: 'a', category: 'T1', scheme: 'SIEVE' })]
    expect(everyone([] as BoardRow[], all, { injuries: [], interventions: [], vitals: [] })).toEqual([])
  })
})

test('requests under way show the step last confirmed, and none that is over', () => {
  const asked = (request: string) => entry({ t: 'casualty.request_evacuation', request, casualties: ['a'] })
  const row = (subject: string, status: string, author = 'me') => ({ subject, status, author, submitted_at: at(1), tag: 'R' })
  const found = underWay(
    [row('r1', 'AUTHORISED'), row('r2', 'COMPLETED'), row('r3', 'TASKED', 'other')] as never[],
    [asked('r1'), asked('r4')],
    'me',
  )
  expect(found.map(({ subject, status }) => [subject, status]).sort()).toEqual([
    ['r1', 'AUTHORISED'],
    ['r4', null],
  ])
})

test('the first tap on an empty sign takes a usual value, the next ones step from it', () => {
  const pulse = SIGNS.find(({ name }) => name === 'hr')!
  expect(stepped(pulse, null, 1)).toBe(pulse.start)
  expect(stepped(pulse, pulse.start, -1)).toBe(pulse.start - pulse.step)
  expect(stepped(pulse, 2, -1)).toBe(0)
})

test('a value outside of the range of the policy is named with the range; without a policy nothing is refused', () => {
  const policy = { care: { ranges: { sbp: { low: 30, high: 300, unit: 'mmHg' } } } } as never
  expect(outOfRange(policy, 'sbp', 1200)).toEqual([30, 300])
  expect(outOfRange(policy, 'sbp', 300)).toBeNull()
  expect(outOfRange(null, 'sbp', 1200)).toBeNull()
})

describe('the outline of the body', () => {
  const at = (parts: typeof FRONT, region: string, side: string) =>
    parts.find((part) => part.region === region && part.side === side)!.at[0]
  test("from the front the patient's right is on the viewer's left, from behind it is on the right", () => {
    expect(at(FRONT, 'HAND', 'R')).toBeLessThan(at(FRONT, 'HAND', 'L'))
    expect(at(REAR, 'HAND', 'R')).toBeGreaterThan(at(REAR, 'HAND', 'L'))
  })
  test('each part is large enough for a thumb', () => {
    for (const { path, region } of [...FRONT, ...REAR]) {
      const found = [...path.matchAll(/(-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)/g)]
      const [xs, ys] = [1, 2].map((n) => found.map((one) => Number(one[n])))
      for (const all of [xs!, ys!]) expect(Math.max(...all) - Math.min(...all), region).toBeGreaterThanOrEqual(39)
    }
  })
})
