/** The worker that opens the page without a network. A new version waits until it is asked for. */
import { signal } from './signal'

export const update = signal<ServiceWorker | null>(null)
export const installer = signal<{ prompt: () => Promise<unknown> } | null>(null)

export function startWorker(): void {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault()
    installer.set(event as unknown as { prompt: () => Promise<unknown> })
  })
  addEventListener('appinstalled', () => installer.set(null))
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  void navigator.serviceWorker
    .register('/field/sw.js', { scope: '/field/', updateViaCache: 'none' })
    .then((registration) => {
      const look = (worker: ServiceWorker | null) => {
        if (worker && registration.active) update.set(worker)
      }
      look(registration.waiting)
      registration.addEventListener('updatefound', () => {
        const coming = registration.installing
        coming?.addEventListener('statechange', () => coming.state === 'installed' && look(coming))
      })
      document.addEventListener('visibilitychange', () => {
        if (document.visibilityState === 'visible') void registration.update().catch(() => undefined)
      })
    })
    .catch(() => undefined)
}

/** The new version takes over, and the page begins anew under it. */
export function takeUpdate(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  update.now()?.postMessage('update')
}

/** Safari has no prompt of its own; there people must be told. */
export const isIos = (): boolean => /iPhone|iPad/.test(navigator.userAgent) && !isInstalled()
export const isInstalled = (): boolean => matchMedia('(display-mode: standalone)').matches
