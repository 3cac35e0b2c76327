import { useCallback, useEffect, useState } from 'react'
import { ApiError, NoAnswer } from '../../api/client'
import { siteStatus, type SiteStatus } from '../../api/site'
import { reportLost, useLink } from '../../live/link'

const EVERY_MS = 3_000
/** Where there is no link there is little to follow. */
const IDLE_MS = 30_000

export interface SeenStatus {
  status: SiteStatus | null
  error: ApiError | null
  again: () => void
}

/** The state of links changes without any event in the log, so it is asked for while somebody looks. */
export function useSiteStatus(enabled = true): SeenStatus {
  const [status, setStatus] = useState<SiteStatus | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const [turn, setTurn] = useState(0)
  const isOffline = useLink((link) => link.link === 'lost')

  useEffect(() => {
    if (!enabled) return
    let isGone = false
    let isFirst = turn === 0
    let every = EVERY_MS
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = async (): Promise<void> => {
      try {
        const found = await siteStatus(!isFirst)
        if (isGone) return
        setStatus(found)
        every = found.peers.length || found.switch.available ? EVERY_MS : IDLE_MS
        setError(null)
      } catch (failure) {
        if (isGone) return
        if (failure instanceof NoAnswer) reportLost()
        if (failure instanceof ApiError) {
          setError(failure)
          // A refusal does not change by asking again.
          if (failure.status === 403 || failure.status === 404) return
        }
      }
      isFirst = false
      timer = setTimeout(() => void (document.visibilityState === 'visible' ? look() : (timer = wait())), every)
    }
    const wait = () => setTimeout(() => void look(), every)
    void look()
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [enabled, turn, isOffline])

  return { status, error, again: useCallback(() => setTurn((count) => count + 1), []) }
}
