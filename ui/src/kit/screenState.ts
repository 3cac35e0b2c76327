/** Which of the designed states a screen is in; the gravest one wins. */
import type { ApiError } from '../api/client'
import type { View } from '../api/types'

export type ScreenState =
  | 'ready'
  | 'first_use'
  | 'loading'
  | 'empty'
  | 'partial'
  | 'offline_queue'
  | 'conflict'
  | 'denied'
  | 'error'
  | 'read_only'

export interface Circumstances {
  view: View<unknown> | null
  error: Pick<ApiError, 'status'> | null
  isOffline: boolean
  unsent: number
  isUntouched?: boolean
  isReadOnly?: boolean
  hasConflict?: boolean
  silentSites?: number
}

export function screenState(is: Circumstances): ScreenState {
  if (is.error?.status === 403) return 'denied'
  if (is.error && !is.isOffline) return 'error'
  if (is.isOffline && is.view) return 'offline_queue'
  if (!is.view) return 'loading'
  if (is.isReadOnly) return 'read_only'
  if (is.view.rows.length === 0) return is.isUntouched ? 'first_use' : 'empty'
  if (is.unsent > 0) return 'offline_queue'
  if (is.hasConflict) return 'conflict'
  if (is.silentSites || is.view.suppressed > 0) return 'partial'
  return 'ready'
}
