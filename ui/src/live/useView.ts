/** One hook for every list: last known rows at once, a refresh behind them, again whenever the server names the view. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { ApiError, NoAnswer, viewPage, type Query } from '../api/client'
import type { View, ViewName, ViewRows } from '../api/types'
import { generation, type LinkState } from './linkState'
import { reportLost, useLink } from './link'
import { gather, nothing, type Gathered } from './pages'

export interface Viewed<Row> {
  view: View<Row> | null
  rows: Row[]
  error: ApiError | null
  loading: boolean
  again: () => void
}

const PAGE = 200
const SETTLE_MS = 120 // several changes of one append arrive together; one refresh answers them all

const kept = new Map<string, Gathered<unknown>>()
export const forgetViews = (): void => kept.clear()

const keyOf = (row: unknown): string => {
  const { event, id, subject } = row as { event?: string; id?: string; subject?: string }
  return event ?? id ?? subject ?? JSON.stringify(row)
}

export function useView<N extends ViewName>(name: N, query: Query = {}, enabled = true): Viewed<ViewRows[N]> {
  type Row = ViewRows[N]
  const address = `${name}?${JSON.stringify(query)}`
  const subject = typeof query.subject === 'string' ? query.subject : undefined
  const moved = useLink((state: LinkState) => generation(state, name, subject))
  const [, redraw] = useState(0)
  const [error, setError] = useState<ApiError | null>(null)
  const [loading, setLoading] = useState(false)
  const [turn, setTurn] = useState(0)
  const seen = useRef(address)

  useEffect(() => {
    if (!enabled) return
    const abort = new AbortController()
    const following = seen.current === address && kept.has(address)
    const wait = following ? SETTLE_MS : 0
    seen.current = address
    const timer = setTimeout(() => void refresh(), wait)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }

    async function refresh(): Promise<void> {
      setLoading(true)
      try {
        await load()
        setError(null)
      } catch (failure) {
        if (abort.signal.aborted) return
        if (failure instanceof NoAnswer) reportLost()
        if (failure instanceof ApiError) setError(failure)
      } finally {
        if (!abort.signal.aborted) setLoading(false)
      }
    }

    async function load(): Promise<void> {
      let state = (kept.get(address) ?? nothing<Row>()) as Gathered<Row>
      let after: string | undefined
      do {
        const first = after === undefined
        const page = { limit: PAGE, ...query, after }
        const answer = await viewPage(name, page, first ? state.etag : null, abort.signal, following)
        if (abort.signal.aborted) return
        state = gather(
          state,
          answer ? { kind: 'page', page: answer.page, first, etag: answer.etag } : { kind: 'unchanged' },
          keyOf,
        )
        kept.set(address, state as Gathered<unknown>)
        redraw((count) => count + 1)
        after = answer?.page.next ?? undefined
      } while (after)
    }
    // `query` is a fresh object on each render; `address` is its value.
  }, [address, moved, turn, enabled])

  const again = useCallback(() => setTurn((count) => count + 1), [])
  const view = ((kept.get(address) as Gathered<Row> | undefined)?.shown ?? null) as View<Row> | null
  return { view, rows: view?.rows ?? [], error, loading, again }
}
