import { describe, expect, test } from 'vitest'
import type { Clock } from '../src/api/types'
import { elapsed, judge, places, read } from '../src/charts/clockMath'

const at = (clock: string) => `2026-11-23T${clock}:00Z`
const now = (clock: string) => Date.parse(at(clock))

const aClock = (fields: Partial<Clock> = {}): Clock => ({
  code: 'C60',
  in_population: true,
  provisional: false,
  limit_min: 60,
  amber_min: 45,
  t0: { lo: at('19:36'), hi: at('19:44') },
  stop: null,
  proxy: false,
  verdict: 'BREACH_POSSIBLE',
  reason: '',
  is_amber: false,
  predicted_stop: null,
  predicted_verdict: null,
  unavoidable_at: null,
  ...fields,
})

describe('elapsed is an interval', () => {
  test('a running clock counts from both ends of the injury time', () => {
    expect(elapsed({ lo: at('19:36'), hi: at('19:44') }, null, now('20:00'))).toEqual({ least: 16, most: 24 })
  })
  test('a stopped clock no longer depends on now', () => {
    expect(elapsed({ lo: at('19:36'), hi: at('19:44') }, { lo: at('19:49'), hi: at('19:49') }, now('23:00'))).toEqual({
      least: 5,
      most: 13,
    })
  })
  test('without a last time known well there is no largest value', () => {
    expect(elapsed({ lo: null, hi: at('20:00') }, null, now('20:38'))).toEqual({ least: 38, most: null })
  })
  test('with no injury time at all nothing is counted', () => {
    expect(elapsed({ lo: null, hi: null }, null, now('20:38'))).toBeNull()
  })
})

describe('verdicts', () => {
  test('a time equal to the limit is inside', () => {
    expect(judge({ least: 60, most: 60 }, 60)).toBe('MET')
  })
  test('one second over the limit is not', () => {
    expect(judge({ least: 60 + 1 / 60, most: 60 + 1 / 60 }, 60)).toBe('BREACH_CERTAIN')
  })
  test('an interval across the limit is a possible breach', () => {
    expect(judge({ least: 57, most: 65 }, 60)).toBe('BREACH_POSSIBLE')
  })
  test('without a lower bound of the injury time "met" cannot be reached', () => {
    expect(judge({ least: 5, most: null }, 60)).toBe('BREACH_POSSIBLE')
  })
})

// The rows of casualty C1 in the night convoy: the same answers on the screen as on the server.
describe('the first casualty of the night convoy', () => {
  test('C10 stopped by the tourniquet after 5 to 13 minutes is a possible breach', () => {
    const is = read(aClock({ code: 'C10', limit_min: 10, stop: { lo: at('19:49'), hi: at('19:49') } }), now('22:00'))
    expect([is.reading, is.tone, is.elapsed]).toEqual(['possible', 'amber', { least: 5, most: 13 }])
  })
  test('C60 with skilled care at 21:20 is breached for certain', () => {
    const is = read(aClock({ stop: { lo: at('21:20'), hi: at('21:20') } }), now('22:00'))
    expect([is.reading, is.elapsed]).toEqual(['breached', { least: 96, most: 104 }])
  })
  test('C120 with surgery at 21:30 is met', () => {
    const is = read(aClock({ code: 'C120', limit_min: 120, stop: { lo: at('21:30'), hi: at('21:30') } }), now('22:00'))
    expect([is.reading, is.elapsed]).toEqual(['met', { least: 106, most: 114 }])
  })
})

describe('what a running clock says', () => {
  test('the large number counts from the worst case', () => {
    expect(read(aClock(), now('19:50')).shown).toBe(14)
  })
  test('with an unknown injury time it is a lower bound and says so', () => {
    const is = read(aClock({ t0: { lo: null, hi: at('20:00') } }), now('20:38'))
    expect([is.shown, is.atLeast, is.reading]).toEqual([38, true, 'unknown'])
  })
  test('it turns amber after the amber mark', () => {
    expect(read(aClock(), now('20:20')).reading).toBe('running')
    expect(read(aClock(), now('20:22')).reading).toBe('near')
  })
  test('it turns amber at once when the plan already misses the limit', () => {
    expect(read(aClock({ predicted_verdict: 'BREACH_CERTAIN_PREDICTED' }), now('19:50')).reading).toBe('near')
  })
  test('it is inside at the limit and possibly breached a minute later', () => {
    expect(read(aClock(), now('20:36')).left).toBe(0)
    expect(read(aClock(), now('20:36')).reading).toBe('near')
    expect(read(aClock(), now('20:37')).reading).toBe('possible')
    expect(read(aClock(), now('20:45')).reading).toBe('breached')
  })
  test('death before the stop ends it, neither met nor missed', () => {
    expect(read(aClock({ verdict: 'ENDED_BY_DEATH' }), now('23:00')).reading).toBe('ended_by_death')
  })
  test('outside of the population it shows no number', () => {
    expect(read(aClock({ in_population: false }), now('23:00'))).toMatchObject({ reading: 'outside', shown: null })
  })
})

test('the limit stands at four fifths of the bar, and what runs over is cut at its end', () => {
  expect(places(aClock(), { least: 30, most: 60 }, now('20:36'))).toMatchObject({
    certain: 40,
    possible: 80,
    limit: 80,
  })
  expect(places(aClock(), { least: 500, most: null }, now('20:36'))).toMatchObject({ certain: 100, possible: 100 })
})
