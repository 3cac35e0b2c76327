/** Ten seconds to take back a tap. What has left, or may have, is corrected by a second entry and never erased. */
import { useEffect, useRef, useState } from 'react'
import type { Entry } from '../outbox/machine'
import { outbox } from '../outbox/outbox'
import { useOutbox } from '../outbox/useOutbox'

const UNDOABLE = new Set(['casualty.assign_triage', 'casualty.estimate_injury_time'])
const LASTS_MS = 10_000

export function useUndo(): { entry: Entry; undo: () => void } | null {
  const entries = useOutbox()
  const [undone, setUndone] = useState<string | null>(null)
  const [expired, setExpired] = useState<string | null>(null)
  const seen = useRef<string | null>(null)
  const latest = [...entries].reverse().find((entry) => UNDOABLE.has(entry.command.t))
  const id = latest?.id ?? null

  useEffect(() => {
    if (!id || seen.current === id) return
    seen.current = id
    const timer = setTimeout(() => setExpired(id), LASTS_MS)
    return () => clearTimeout(timer)
  }, [id])

  if (!latest || latest.state === 'rejected' || id === undone || id === expired) return null
  return {
    entry: latest,
    undo: () => {
      setUndone(latest.id)
      outbox.undo(latest.id)
    },
  }
}
