/** Where on the phone somebody is; kept in the address, so that "back" works. */
import { useEffect, useState } from 'react'

const NAMES = ['new', 'casualty', 'practice', 'outbox', 'request', 'read', 'give', 'take', 'incident', 'legs', 'leg'] as const
export type PlaceName = '' | (typeof NAMES)[number]
export interface Place {
  name: PlaceName
  id: string
}

function read(): Place {
  const [name = '', ...rest] = location.hash.slice(1).split('/')
  return { name: NAMES.find((each) => each === name) ?? '', id: rest.join('/') }
}

export function usePlace(): Place {
  const [place, setPlace] = useState(read)
  useEffect(() => {
    const moved = () => setPlace(read())
    addEventListener('hashchange', moved)
    return () => removeEventListener('hashchange', moved)
  }, [])
  return place
}

export const goTo = (name: PlaceName, id = ''): void => {
  location.hash = id ? `${name}/${id}` : name
}

/** Somebody is in the middle of a record: nothing may take the page away. */
export const isWriting = (): boolean => ['new', 'casualty', 'request', 'give', 'take'].includes(read().name)
