/** Every tap is a command in the outbox, at once; a practice casualty keeps its own in this page and nowhere else. */
import { useEffect, useMemo, useRef, useState } from 'react'
import { uuid7 } from '../../api/ids'
import type { Command, Id, When } from '../../api/types'
import { missionNow } from '../../live/missionClock'
import type { Entry } from '../../outbox/machine'
import { outbox } from '../../outbox/outbox'
import { useOutboxState } from '../../outbox/useOutbox'
import type { Fields } from './fold'

/** How long a tap can be taken back in one tap. */
const UNDO_MS = 10_000

export interface Tap {
  id: Id
  label: string
}

export interface Recorder {
  subject: Id
  entries: readonly Entry[]
  kept: number
  failed: boolean
  /** What the last taps recorded and can still take back, the newest last. */
  taps: Tap[]
  keep: (command: Fields, label: string, at?: When) => Id
  undo: (id: Id) => void
}

export function useRecorder(subject: Id, isPractice: boolean): Recorder {
  const state = useOutboxState()
  const [played, setPlayed] = useState<Entry[]>([])
  const [kept, setKept] = useState(0)
  const [failed, setFailed] = useState(false)
  const [taps, setTaps] = useState<Tap[]>([])
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>())
  useEffect(() => {
    const running = timers.current
    return () => running.forEach(clearTimeout)
  }, [])

  return useMemo(() => {
    const forget = (id: Id) => setTaps((before) => before.filter((tap) => tap.id !== id))

    function play(command: Command, at?: When): Id {
      const now = missionNow()
      const id = uuid7(now)
      const time = at ?? { t: new Date(now).toISOString(), p: 'EXACT' as const }
      const entry: Entry = { id, command, subject, at: time, lane: 1, attempt: 0, state: 'accepted', reply: null, queued_at: now }
      setPlayed((before) => [...before, entry])
      setKept((count) => count + 1)
      return id
    }

    function record(command: Command, at?: When): Id {
      const id = outbox.record(command, { subject, ...(at ? { at } : {}) })
      outbox.saved(id).then(() => setKept((count) => count + 1), () => setFailed(true))
      return id
    }

    return {
      subject,
      entries: isPractice ? played : state.entries,
      kept,
      failed,
      taps,
      keep(fields, label, at) {
        const id = (isPractice ? play : record)(fields as unknown as Command, at)
        if (label) {
          setTaps((before) => [...before, { id, label }])
          timers.current.add(setTimeout(() => forget(id), UNDO_MS))
        }
        return id
      },
      undo(id) {
        forget(id)
        if (isPractice) setPlayed((before) => before.filter((entry) => entry.id !== id))
        else outbox.undo(id)
      },
    }
  }, [subject, isPractice, played, state.entries, kept, failed, taps])
}
