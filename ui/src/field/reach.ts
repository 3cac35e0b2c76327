/** Whether the site answers, as the last request found it. A phone keeps no line open: that costs battery and link. */
import { NoAnswer, deliverEntries } from '../api/client'
import type { Outcome } from '../api/types'
import { missionNow } from '../live/missionClock'
import { signal } from './signal'

export interface Reach {
  link: 'unknown' | 'online' | 'offline'
  since: number
}

export const reach = signal<Reach>({ link: 'unknown', since: missionNow() })

function found(link: 'online' | 'offline'): void {
  if (reach.now().link !== link) reach.set({ link, since: missionNow() })
}

/** Passes a request on and notes whether anybody answered. */
export async function heard<T>(request: Promise<T>): Promise<T> {
  try {
    const answer = await request
    found('online')
    return answer
  } catch (error) {
    found(error instanceof NoAnswer ? 'offline' : 'online')
    throw error
  }
}

export const deliver = (list: unknown[]): Promise<Outcome[]> => heard(deliverEntries(list))
