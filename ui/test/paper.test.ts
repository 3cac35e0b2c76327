import { describe, expect, test } from 'vitest'
import type { Care } from '../src/field/care/fold'
import { fold } from '../src/field/care/fold'
import { boardRowOf, carried, injuriesOf, readCard, rowsOfCard, vitalsOf } from '../src/field/custody/card'
import { waitingForGiver } from '../src/field/custody/again'
import { lacking, mismatch, parted, prefilled, said, type FormLayout } from '../src/field/request/form'
import { aboard, left, nextStep, stamped } from '../src/field/scene/legs'
import type { Entry } from '../src/outbox/machine'

const patient = (triage: string, more: Partial<Care> = {}): Care => ({ ...fold(triage, [], {}), triage, ...more })
const PRECEDENCES = { T1: 'URGENT', T2: 'PRIORITY', T3: 'ROUTINE' }

describe('a request that fills itself', () => {
  test('counts each patient once in every line that asks for them', () => {
    const lines = prefilled(
      [patient('T1', { affiliation: 'UN_MIL' }), patient('T3', { affiliation: 'HOST_CIV', child: true }), patient('T1')],
      PRECEDENCES,
      { title: 'ALPHA' },
    )
    expect(lines).toEqual({
      title: 'ALPHA',
      counts: { URGENT: 2, ROUTINE: 1 },
      nationality: { UN_MIL: 1, child: 1 },
      litter: 2,
      ambulatory: 1,
    })
  })
  test('says nothing of patients where none is known', () => expect(prefilled([], PRECEDENCES, {})).toEqual({}))
  test('shows sums that differ, each with its line, and none that agree or were not said', () => {
    expect(mismatch({ counts: { URGENT: 2 }, litter: 1, ambulatory: 1 }, 2)).toEqual([])
    expect(mismatch({ counts: { URGENT: 2 }, litter: 1 }, 0).map(({ line, count }) => [line, count])).toEqual([
      ['counts', 2],
      ['beds', 1],
    ])
  })
  test('names the lines that a launch still waits for; one field of a group is enough', () => {
    const form: FormLayout = {
      code: 'F',
      about: 'request',
      dialects: ['F'],
      launch_min_fields: [['pickup'], ['title', 'freq'], ['counts']],
      line: [
        { number: '1', fields: [{ name: 'pickup', kind: 'POSITION' }] },
        { number: '2', fields: [{ name: 'title', kind: 'TEXT' }, { name: 'freq', kind: 'TEXT' }] },
        { number: '3', fields: [{ name: 'counts', kind: 'COUNTS' }] },
      ],
    }
    expect(lacking(form, { freq: '46.55', counts: {} }, null)).toEqual(['1', '3'])
    expect(lacking(form, { title: 'A', counts: { URGENT: 1 } }, { lat: 1, lon: 2 })).toEqual([])
  })
  test('sends only what was said, and a zero is said', () =>
    expect(said({ title: '', counts: {}, equipment: [], litter: 0, freq: '1', pickup: { lat: 1 }, marking: null })).toEqual({
      litter: 0,
      freq: '1',
    }))
})

test('a diagnosis travels apart from the lines that everybody of an evacuation reads', () => {
  const lines = { diagnosis_class: 'TRAUMA', reason: 'surgery', receiving: 'L3', equipment: ['VENTILATOR'], counts: { URGENT: 1 } }
  const { lines: open, referral } = parted('REFERRAL', lines)
  expect(open).toEqual({ counts: { URGENT: 1 } })
  expect(referral).toEqual({ diagnosis_class: 'TRAUMA', reason: 'surgery', receiving: 'L3', equipment: ['VENTILATOR'] })
  expect(parted('NINE_LINE', { equipment: ['HOIST'] })).toEqual({ lines: { equipment: ['HOIST'] } })
})

let number = 0
const entry = (command: Record<string, unknown>, more: Partial<Entry> = {}): Entry => ({
  id: `p${(number += 1)}`,
  command: command as unknown as Entry['command'],
  subject: 'leg',
  at: { t: '2026-11-24T20:10:00.000Z', p: 'EXACT' },
  lane: 1,
  attempt: 0,
  state: 'waiting',
  reply: null,
  queued_at: 1,
  ...more,
})

describe('a transport', () => {
  const step = (state: string, more = {}) => entry({ t: 'casualty.report_leg', leg: 'leg', state }, more)
  test('goes on from its last step, whoever stamped it; a step left out is not asked for again', () => {
    const times = stamped({ LAUNCHED: '2026-11-24T20:00:00.000Z' }, [step('PATIENT_LOADED')], 'leg')
    expect(nextStep(times)).toBe('DEPARTED')
    expect(nextStep({})).toBe('NOTIFIED')
    expect(nextStep({ AVAILABLE: '' })).toBeNull()
  })
  test('forgets a stamp that was refused, taken back or of another transport', () => {
    const taken = step('LAUNCHED')
    const all = [taken, entry({ t: 'casualty.enter_in_error', event: taken.id }), step('ON_SCENE', { state: 'rejected' })]
    expect(stamped({}, [...all, entry({ t: 'casualty.report_leg', leg: 'other', state: 'ARRIVED' })], 'leg')).toEqual({})
  })
  test('counts who is aboard, as loaded and unloaded here', () => {
    const load = (casualty: string, place: string) => entry({ t: 'casualty.load_casualty', leg: 'leg', casualty, place })
    const on = aboard(
      [{ casualty: 'a', place: 'LITTER' }],
      [load('b', 'SEAT'), entry({ t: 'casualty.unload_casualty', leg: 'leg', casualty: 'a' })],
      'leg',
    )
    expect(on).toEqual([{ casualty: 'b', place: 'SEAT' }])
    expect([left(2, 'LITTER', on), left(2, 'SEAT', on), left(null, 'SEAT', on)]).toEqual([2, 1, null])
  })
})

describe('the card in a hand-over code', () => {
  const care = fold(
    'a',
    [
      entry({ t: 'casualty.record_injury', kind: 'GSW', region: 'CHEST', side: 'R', face: 'FRONT' }, { subject: 'a' }),
      entry({ t: 'casualty.record_intervention', code: 'TQ', limb: 'LL' }, { subject: 'a' }),
      entry({ t: 'casualty.assert_allergy', substance: 'penicillin' }, { subject: 'a' }),
      ...[80, 90, 100, 110].map((hr) => entry({ t: 'casualty.record_vitals', hr }, { subject: 'a' })),
    ],
    {},
  )
  test('crosses as JSON and comes back with the last three sets of signs', () => {
    const card = readCard(JSON.parse(JSON.stringify(carried(care))) as Record<string, unknown>)
    expect(injuriesOf(card)).toMatchObject([{ kind: 'GSW', region: 'CHEST', side: 'R', face: 'FRONT' }])
    expect(vitalsOf(card).map(({ values }) => values.hr)).toEqual([90, 100, 110])
    const taken = fold('a', [], { board: boardRowOf('a', 'X', card, 0, 'me'), ...rowsOfCard('a', card) })
    expect(taken).toMatchObject({ tag: 'X', allergies: ['penicillin'], tourniquets: [{ limb: 'LL', off: null }] })
  })
  test('of a shape that nobody knows leaves out what is not understood', () => {
    expect(readCard(undefined)).toMatchObject({ g: null, j: [], t: [], v: [], l: [] })
    expect(readCard({ g: 3, j: 'x', t: [['TQ', 'LL', false, '', 'late']], v: [[{}, 5], 7], l: ['a'] })).toMatchObject({
      g: null,
      j: [],
      t: [],
      v: [[{}, 5]],
      l: ['a'],
    })
  })
})

test('what a site refused for not knowing the casualty waits for the giver; other refusals do not', () => {
  const refused = (subject: string, code: string) =>
    entry({ t: 'casualty.add_note' }, { subject, state: 'rejected', reply: { id: '', outcome: 'rejected', code } })
  const [one, two] = [refused('a', 'casualty.not_found'), refused('a', 'casualty.not_found')]
  const all = [one, refused('b', 'casualty.not_found'), refused('a', 'casualty.closed'), two]
  expect([...waitingForGiver(all, new Set(['a']))]).toEqual([['a', [one.id, two.id]]])
})
