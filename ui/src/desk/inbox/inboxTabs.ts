/** The lists of the inbox, each behind the right to read it; what is on this device needs none. */
import type { Me, ViewName } from '../../api/types'
import { maySee } from '../MeContext'

export const TABS = ['conflicts', 'duplicates', 'parked', 'quarantine', 'tray', 'held', 'rejected'] as const
export type InboxTab = (typeof TABS)[number]

export const VIEWS: Record<InboxTab, ViewName[]> = {
  conflicts: ['conflicts', 'identity_conflicts'],
  duplicates: ['duplicates'],
  parked: ['site_parked'],
  quarantine: ['site_quarantine'],
  tray: ['import_tray'],
  held: ['held_entries'],
  rejected: [],
}

/** Of several views one is enough. A reader of none is still told who can see the conflicts. */
export function tabsFor(me: Me): InboxTab[] {
  const readable = TABS.filter((tab) => VIEWS[tab].some((view) => maySee(me, view)))
  return TABS.filter(
    (tab) => readable.includes(tab) || VIEWS[tab].length === 0 || (tab === 'conflicts' && readable.length === 0),
  )
}
