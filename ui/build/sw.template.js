/* Opens the page of this folder without a network. Answers only what is on its lists; everything else goes past it. */
const PREFIX = '__PREFIX__'
const CACHE = PREFIX + '__VERSION__'
const HOME = '__HOME__'
// Needed to open, cached before this version counts as installed; and what can follow at leisure.
const SHELL = __SHELL__
const REST = __REST__
const KNOWN = new Set([...SHELL, ...REST])

async function put(cache, address) {
  // Past the browser's own cache, or a page of yesterday would be kept under the name of today.
  const answer = await fetch(address, { cache: 'reload', credentials: 'omit' })
  if (!answer.ok) throw new Error(address + ' ' + answer.status)
  await cache.put(address, answer)
}

async function install() {
  const cache = await caches.open(CACHE)
  await Promise.all(SHELL.map((address) => put(cache, address)))
}

async function rest() {
  const cache = await caches.open(CACHE)
  for (const address of REST) {
    if (await cache.match(address)) continue
    try {
      await put(cache, address)
    } catch {
      return
    }
  }
}

async function activate() {
  // Other pages of this address keep caches too; only our own old ones go.
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name)
  await self.clients.claim()
}

async function answer(request, address) {
  const cache = await caches.open(CACHE)
  const kept = await cache.match(address)
  if (kept) return kept
  const fresh = await fetch(request)
  if (fresh.ok) await cache.put(address, fresh.clone())
  return fresh
}

self.addEventListener('install', (event) => event.waitUntil(install()))
self.addEventListener('activate', (event) => {
  event.waitUntil(activate().then(() => void rest()))
})
self.addEventListener('message', (event) => {
  if (event.data === 'update') void self.skipWaiting()
  if (event.data === 'rest') event.waitUntil(rest())
})
self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  const address = request.mode === 'navigate' && url.pathname === HOME ? HOME : url.pathname
  if (KNOWN.has(address)) event.respondWith(answer(request, address))
})
