import type { ReactNode } from 'react'
import type { ScreenState } from './screenState'

interface Props {
  state: ScreenState
  label: string
  notes?: ReactNode
  children: ReactNode
}

/** Wraps a screen and names its state; tests, pictures and support calls use this code. */
export const StateFrame = ({ state, label, notes, children }: Props) => (
  <section className="frame" data-state={state} aria-label={label}>
    {notes}
    {children}
  </section>
)
