/**
 * Writes power.csv: the load of a small town's grid, hour by hour, made up. People and shops follow the day, works stop on
 * Friday afternoon and at the weekend, heating and cooling follow the weather, which wanders. `node make/power.ts`
 */
import { writeFileSync } from 'node:fs'
import { createRandom } from './random.ts'

const random = createRandom(24)
const first = Date.UTC(2024, 3, 1)
const hours = (Date.UTC(2025, 2, 1) - first) / 3_600_000
const turn = 2 * Math.PI

/** What wanders around 0 and forgets where it was in about `memory` hours, with deviation 1. */
function wandering(memory: number): () => number {
  const kept = 1 - 1 / memory
  const added = Math.sqrt(1 - kept * kept)
  let value = 0
  return () => {
    value = kept * value + added * random.normal()
    return value
  }
}

/** What works need, from 0 to 1. */
function works(weekday: number, hour: number): number {
  if (weekday === 0 || weekday === 6) return 0
  const end = weekday === 5 ? 13 : 18
  return hour >= 6 && hour < end ? 1 : 0.15
}

const [front, wind, mood] = [wandering(60), wandering(12), wandering(20)]
const lines = ['timestamp,load,temperature,wind.speed']
for (let i = 0; i < hours; i++) {
  const date = new Date(first + i * 3_600_000)
  const hour = date.getUTCHours()
  const season = Math.cos((i / 8766) * turn - 1.9)
  const day = Math.cos(((hour - 15) / 24) * turn)
  const temperature = 11 + 7 * season + 4 * day + 3 * front()
  const speed = Math.max(0, 4.5 + 2.2 * wind())
  const evening = Math.exp(-(((hour - 19) / 2.5) ** 2))
  const people = 150 + 35 * day + 60 * evening
  const weather =
    3 * Math.max(0, 16 - temperature + 0.4 * speed) + 3 * Math.max(0, temperature - 21)
  const load = people + 110 * works(date.getUTCDay(), hour) + weather + 4 * mood()
  const cells = [load.toFixed(0), temperature.toFixed(1), speed.toFixed(1)]
  lines.push(`${date.toISOString().slice(0, 16)},${cells.join(',')}`)
}
writeFileSync(new URL('../power.csv', import.meta.url), `${lines.join('\n')}\n`)
