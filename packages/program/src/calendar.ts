/** Dates as files and texts write them; here, since both the readers of data and the language build on this package. */

/** Seconds since 1970 at which a day begins in UTC; nothing for a day that the calendar does not have. */
export function dayStart(year: number, month: number, day: number): number | undefined {
  const midnight = new Date(0)
  midnight.setUTCFullYear(year, month - 1, day)
  const isDay = midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day
  return isDay ? midnight.getTime() / 1000 : undefined
}

/** By how many seconds a zone, `Z`, `+02:00` or `-0530`, is ahead of UTC; without one it is UTC. */
export function zoneSeconds(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0
  const digits = zone.slice(1).replace(':', '')
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2)) * 60
  return zone.startsWith('-') ? -seconds : seconds
}
