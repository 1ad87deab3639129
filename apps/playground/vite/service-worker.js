/**
 * Keeps the site, so that it is there without a network. `offline.ts` puts the two lists in their places; another build has another
 * version, and takes over when no page of the one before is open.
 */
const version = '__VERSION__'
const files = ['__FILES__']

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(version).then((cache) => cache.addAll(['./', ...files])))
})

self.addEventListener('activate', (event) => {
  const old = async () => {
    const names = await caches.keys()
    await Promise.all(names.filter((name) => name !== version).map((name) => caches.delete(name)))
  }
  event.waitUntil(old())
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method === 'GET' && new URL(request.url).origin === location.origin)
    event.respondWith(answer(request))
})

/** What is kept, or else what the network gives, which is then kept: data. */
async function answer(request) {
  const cache = await caches.open(version)
  const key = request.mode === 'navigate' ? './' : request
  // The same bytes for whoever asks, whatever a host says of it.
  const kept = await cache.match(key, { ignoreVary: true })
  if (kept !== undefined) return isolated(kept)
  const response = await fetch(request)
  if (response.status === 200) await cache.put(key, response.clone())
  return isolated(response)
}

/** With these a page may use threads, also where its host cannot send them: from the second visit on. */
function isolated(response) {
  const headers = new Headers(response.headers)
  headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp')
  const { status, statusText } = response
  return new Response(response.body, { status, statusText, headers })
}
