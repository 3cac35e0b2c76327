/** Somebody is at the desk: touching it keeps the session alive, watching alone does not. */
import { me } from '../api/client'

const EVERY_MS = 60_000

/** Tells the server, at most once a minute, that a key or a pointer was used. Returns the end of it. */
export function tellPresence(): () => void {
  let told = Date.now()
  const used = (): void => {
    if (Date.now() - told < EVERY_MS) return
    told = Date.now()
    // A refusal is for the live stream to show; a lost link is no news here.
    me().catch(() => undefined)
  }
  const kinds = ['pointerdown', 'keydown'] as const
  kinds.forEach((kind) => window.addEventListener(kind, used, { passive: true }))
  return () => kinds.forEach((kind) => window.removeEventListener(kind, used))
}
