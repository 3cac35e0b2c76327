import { describe, expect, test } from 'vitest'
import { lists } from '../build/worker'
import type { BoardRow } from '../src/api/types'
import { everyone } from '../src/field/care/fold'
import { isTag } from '../src/field/tag'
import type { Entry } from '../src/outbox/machine'

describe('a tag typed on the phone', () => {
  test.each(['X-4K00F-7', 'X-4K00G-4', 'X-4K007-Q', 'D-4KQ2M-B'])('%s is whole', (tag) => expect(isTag(tag)).toBe(true))
  test.each(['', 'X-4K00F-8', 'X-4K0F0-7', 'X-4K00F', 'Z-4K00F-7', 'x-4k00f-7'])('%s is not', (tag) =>
    expect(isTag(tag)).toBe(false),
  )
})

describe("one's own casualties", () => {
  const entry = (fields: Partial<Entry>): Entry => ({
    id: '1',
    command: { t: 'casualty.report_casualty', casualty: 'a' },
    subject: 'a',
    lane: 1,
    attempt: 0,
    state: 'waiting',
    reply: null,
    queued_at: 2,
    ...fields,
  })
  const row = { subject: 'b', tag: 'X-4K00F-7', triage: 'T3', scheme: 'SIEVE', reported_at: '1970-01-01T00:00:00.001Z', conflicts: [] }
  const list = (board: BoardRow[], entries: Entry[]) => everyone(board, entries, { injuries: [], interventions: [], vitals: [] })

  test('what waits stands beside what the site knows, the newest first', () => {
    const found = list([row as unknown as BoardRow], [entry({}), entry({ id: '2', state: 'rejected' })])
    expect(found).toMatchObject([
      { subject: 'a', tag: '', unsent: 1, rejected: 1 },
      { subject: 'b', tag: 'X-4K00F-7', unsent: 0 },
    ])
  })
  test('a category that waits is newer than the one the site shows', () => {
    const sorted = entry({
      subject: 'b',
      command: { t: 'casualty.assign_triage', casualty: 'b', category: 'T1', scheme: 'SIEVE' },
    })
    expect(list([row as unknown as BoardRow], [sorted])[0]).toMatchObject({ triage: 'T1', unsent: 1 })
    expect(list([row as unknown as BoardRow], [{ ...sorted, state: 'accepted' }])[0]).toMatchObject({ triage: 'T3' })
  })
})

test('the worker opens the page with what it loads at once and fetches the rest later', () => {
  const chunk = (file: string, more = {}) => ({ file, ...more })
  const manifest = {
    'field.html': chunk('field.js', { css: ['field.css'], imports: ['shared'], dynamicImports: ['en.po', 'later'] }),
    shared: chunk('shared.js', { imports: ['field.html'] }),
    'en.po': chunk('en.js'),
    later: chunk('later.js', { imports: ['shared', 'deep'] }),
    deep: chunk('deep.js'),
    'desk.html': chunk('desk.js'),
  }
  expect(lists(manifest, 'field.html')).toEqual({
    shell: ['field.css', 'field.js', 'shared.js'],
    rest: ['deep.js', 'en.js', 'later.js'],
  })
})
