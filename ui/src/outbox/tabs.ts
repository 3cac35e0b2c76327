/** Tells the other tabs of this browser that the store has changed, and whether there is something new to send. */
export interface Tabs {
  tell(isNew: boolean): void
  listen(changed: (isNew: boolean) => void): void
  close(): void
}

export function otherTabs(): Tabs | null {
  if (typeof BroadcastChannel === 'undefined') return null
  const channel = new BroadcastChannel('dunant-outbox')
  return {
    tell: (isNew) => channel.postMessage(isNew),
    listen: (changed) => (channel.onmessage = (event: MessageEvent<boolean>) => changed(event.data)),
    close: () => channel.close(),
  }
}
