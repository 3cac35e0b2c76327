import { describe, expect, test } from 'vitest'
import type { View } from '../src/api/types'
import { makeParser } from '../src/live/events'
import { atStart, follow, generation, type LinkState } from '../src/live/linkState'
import { gather, nothing, type Gathered } from '../src/live/pages'

interface Row {
  subject: string
  value: number
}

const key = (row: Row) => row.subject
const aPage = (rows: Row[], next: string | null = null): View<Row> => ({
  view: 'board',
  version: 1,
  as_of: '2026-11-23T20:00:00Z',
  complete_through: '',
  sources: [],
  actions: [],
  suppressed: 0,
  rows,
  next,
})
const row = (subject: string, value = 0): Row => ({ subject, value })
const page = (known: Gathered<Row>, rows: Row[], first: boolean, next: string | null = null) =>
  gather(known, { kind: 'page', page: aPage(rows, next), first, etag: first ? `"${rows.length}"` : null }, key)
const names = (known: Gathered<Row>) => known.shown?.rows.map(key)

describe('keyset pages', () => {
  test('the first load shows each page as it comes', () => {
    const first = page(nothing<Row>(), [row('a'), row('b')], true, '2')
    expect(names(first)).toEqual(['a', 'b'])
    expect(names(page(first, [row('c')], false))).toEqual(['a', 'b', 'c'])
  })
  test('a refresh replaces the rows only when it is complete, so that the list never jumps', () => {
    const full = page(page(nothing<Row>(), [row('a'), row('b')], true, '2'), [row('c')], false)
    const halfway = page(full, [row('x'), row('a')], true, '2')
    expect(names(halfway)).toEqual(['a', 'b', 'c'])
    expect(names(page(halfway, [row('b')], false))).toEqual(['x', 'a', 'b'])
  })
  test('a row that moved between two pages is kept once, in its newer form', () => {
    const first = page(nothing<Row>(), [row('a', 1), row('b', 1)], true, '2')
    expect(page(first, [row('a', 2), row('c')], false).shown?.rows).toEqual([row('a', 2), row('b', 1), row('c')])
  })
  test('an unchanged view keeps its rows and its mark', () => {
    const full = page(nothing<Row>(), [row('a')], true)
    expect(gather(full, { kind: 'unchanged' }, key)).toEqual(full)
  })
})

describe('the live stream', () => {
  const message = (event: string, data: unknown, id: string | null = null) => ({
    kind: 'message' as const,
    message: { id, event, data: JSON.stringify(data) },
  })
  const change = (views: string[], id: string, subject = 's') =>
    message('change', { subject, tag: null, views, version: 1 }, id)

  test('a change raises the views it names and moves the cursor', () => {
    const state = follow(atStart(0), change(['board', 'alerts'], '7'))
    expect([
      generation(state, 'board'),
      generation(state, 'alerts'),
      generation(state, 'assets'),
      state.cursor,
    ]).toEqual([1, 1, 0, '7'])
  })
  test('the timeline of one casualty is not asked again for another', () => {
    const state = follow(atStart(0), change(['board', 'timeline'], '7', 'one'))
    expect([generation(state, 'timeline', 'one'), generation(state, 'timeline', 'two')]).toEqual([1, 0])
  })
  test('it resumes where it was, and looks at everything once more after a gap', () => {
    let state: LinkState = follow(follow(atStart(0), { kind: 'opened', at: 1 }), change(['board'], '7'))
    expect(generation(state, 'assets')).toBe(0)
    state = follow(follow(state, { kind: 'lost', at: 2 }), { kind: 'opened', at: 3 })
    expect([state.cursor, generation(state, 'assets')]).toEqual(['7', 1])
  })
  test('offline counts from the first failure, not from the last', () => {
    const state = follow(follow(follow(atStart(0), { kind: 'opened', at: 1 }), { kind: 'lost', at: 5 }), {
      kind: 'lost',
      at: 9,
    })
    expect(state).toMatchObject({ link: 'lost', since: 5 })
  })
  test('a reset forgets the cursor and refreshes all', () => {
    const state = follow(follow(atStart(0), change(['board'], '7')), message('reset', {}))
    expect([state.cursor, generation(state, 'board')]).toEqual([null, 2])
  })
  test('an unknown kind of message moves only the cursor', () => {
    expect(follow(atStart(0), message('weather', {}, '9'))).toEqual({ ...atStart(0), cursor: '9' })
  })
})

test('the stream is read the same wherever it is cut', () => {
  const wire =
    ': hello\n\nid: 1\nevent: change\ndata: {"a":\ndata: 1}\n\nevent: clock\r\ndata: {}\r\n\r\nid: 3\ndata: x\n\n'
  const whole = makeParser()(wire)
  expect(whole).toEqual([
    { id: '1', event: 'change', data: '{"a":\n1}' },
    { id: '1', event: 'clock', data: '{}' },
    { id: '3', event: 'message', data: 'x' },
  ])
  for (let cut = 1; cut < wire.length; cut++) {
    const parse = makeParser()
    expect([...parse(wire.slice(0, cut)), ...parse(wire.slice(cut))], `cut at ${cut}`).toEqual(whole)
  }
})
