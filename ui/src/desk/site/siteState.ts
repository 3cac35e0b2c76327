/** Which of the designed states the site page is in. */
import type { ApiError } from '../../api/client'
import type { SiteStatus } from '../../api/site'
import type { ScreenState } from '../../kit/screenState'
import { circumstances } from './siteMath'

export function siteState(is: {
  status: SiteStatus | null
  error: Pick<ApiError, 'status'> | null
  isOffline: boolean
}): ScreenState {
  if (is.error?.status === 403) return 'denied'
  if (is.error && !is.isOffline) return 'error'
  if (is.isOffline && is.status) return 'offline_queue'
  if (!is.status) return 'loading'
  const { isFirstUse, hasForks, unreached } = circumstances(is.status)
  if (hasForks) return 'conflict'
  if (isFirstUse) return 'first_use'
  if (is.status.peers.length === 0) return 'empty'
  return unreached.length ? 'partial' : 'ready'
}
