import type { View } from '../api/types'
import { useLink } from './link'
import { useNow } from './missionClock'

/** Until when a list is known to be right: now while the live stream would have told us, else when it was last read. */
export function useAsOf(view: View<unknown> | null): number | null {
  const now = useNow()
  const { link, since } = useLink((state) => state)
  if (!view) return null
  const read = Date.parse(view.as_of)
  if (link === 'open') return Math.max(read, now)
  return link === 'lost' ? Math.max(read, since) : read
}
