/** Keeps the site for visits without a network, once it is idle; what is on the page comes first. */
export function keepForOffline(): void {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return
  const keep = (): void => {
    // Where it is forbidden the page works as before, with a network.
    navigator.serviceWorker.register('./service-worker.js').catch(() => {})
  }
  addEventListener('load', () => setTimeout(keep, 3000))
}
