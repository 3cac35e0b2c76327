/** Sends at once when there is reason to hope: the stream is back, the device says online, somebody looks again. */
import type { LinkState } from '../live/linkState'

interface Drains {
  drain(): Promise<void>
}

export function drainWhenOpen(
  outbox: Drains,
  onLink: (listener: () => void) => () => void,
  now: () => Pick<LinkState, 'link'>,
): () => void {
  let before = now().link
  return onLink(() => {
    const { link } = now()
    if (link === 'open' && before !== 'open') void outbox.drain()
    before = link
  })
}

export function drainWhenSeen(outbox: Drains): () => void {
  const drain = () => void outbox.drain()
  addEventListener('online', drain)
  document.addEventListener('visibilitychange', drain)
  return () => {
    removeEventListener('online', drain)
    document.removeEventListener('visibilitychange', drain)
  }
}
