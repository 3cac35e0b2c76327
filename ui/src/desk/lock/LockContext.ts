import { createContext, useContext } from 'react'
import type { Watch } from '../../api/types'

/** What becomes of the desk when its screen is locked, or when the next person takes it over. */
export interface Locking {
  onLocked: () => void
  onTaken: (watch: Watch, password: string) => void
}

export const LockContext = createContext<Locking>({ onLocked: () => undefined, onTaken: () => undefined })
export const useLocking = (): Locking => useContext(LockContext)
