import { createContext, useContext } from 'react'
import type { ActionState, Me, Policy, View } from '../api/types'

export interface Surroundings {
  me: Me
  policy: Policy | null
}

export const SurroundingsContext = createContext<Surroundings | null>(null)

export function useSurroundings(): Surroundings {
  const value = useContext(SurroundingsContext)
  if (!value) throw new Error('outside of the desk')
  return value
}

/** Whether asking for a view makes sense for this role; a server that lists nothing is simply asked. */
export function maySee(me: Me, view: string): boolean {
  return me.permissions.length === 0 || me.permissions.includes(`view.${view}`)
}

/** What the server said about an action; it is asked again at the door, so silence means "try". */
export function actionIn(view: View<unknown> | null, name: string): ActionState {
  return view?.actions.find((action) => action.name === name) ?? { name, allowed: true, reason: null, who_can: [] }
}
