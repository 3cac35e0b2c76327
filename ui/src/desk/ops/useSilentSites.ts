import type { View } from '../../api/types'
import { useNow } from '../../live/missionClock'
import { useSurroundings } from '../MeContext'

const ASSUMED_SILENCE_MIN = 15

/** Sites nobody has heard from for longer than the mission allows, with the time they were last heard. */
export function useSilentSites(view: View<unknown> | null): Map<string, string | null> {
  const { policy, me } = useSurroundings()
  const now = useNow()
  const allowed = policy?.thresholds['site.silent_min']
  const limit = typeof allowed === 'number' ? allowed : ASSUMED_SILENCE_MIN
  const silent = new Map<string, string | null>()
  for (const { site, last_heard } of view?.sources ?? []) {
    if (site === me.site) continue
    if (!last_heard || now - Date.parse(last_heard) > limit * 60_000) silent.set(site, last_heard)
  }
  return silent
}
