/** Predictions grow worse by waiting alone, and waiting is no event: ask again every mission minute. */
import { useEffect } from 'react'
import { missionSpeed } from '../../live/missionClock'

const MINUTE_MS = 60_000
const SHORTEST_MS = 10_000

export function useSteadyRefresh(again: () => void): void {
  useEffect(() => {
    const timer = setInterval(
      () => document.visibilityState === 'visible' && again(),
      Math.max(SHORTEST_MS, MINUTE_MS / missionSpeed()),
    )
    return () => clearInterval(timer)
  }, [again])
}
