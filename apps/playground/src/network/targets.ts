/** What a place of the picture is: a unit, a layer, or the line of a weight. */
import type { Target } from './paint.ts'
import { type Link, type Scene, type Units, unitEnd } from './scene.ts'

/** A line is met so near to it, in pixels. */
const reach = 4

export function targetAt(scene: Scene, x: number, y: number): Target | undefined {
  const box = scene.boxes.find(
    (each) => x >= each.x && x < each.x + each.width && y >= each.y && y < each.y + each.height,
  )
  if (box === undefined) return lineAt(scene, x, y)
  const unit = box.units === undefined ? undefined : unitAt(box.units, x, y)
  return unit === undefined ? { kind: 'box', box } : { kind: 'unit', box, unit }
}

function unitAt(units: Units, x: number, y: number): number | undefined {
  const unit = Math.floor((y - units.y) / units.step)
  const within = y - units.y - unit * units.step
  const isInside = x >= units.x && x < units.x + units.size && unit >= 0 && unit < units.count
  return isInside && within <= Math.max(units.size, units.step) ? unit : undefined
}

function lineAt({ links }: Scene, x: number, y: number): Target | undefined {
  let nearest: Target | undefined
  let distance = reach
  for (const link of links) {
    const { from, to } = link
    if (link.weight === undefined || from.units === undefined || to.units === undefined) continue
    const share = shareAlong(link, x)
    if (share === undefined) continue
    for (let source = 0; source < from.units.count; source++) {
      for (let target = 0; target < to.units.count; target++) {
        const start = unitEnd(from.units, source, 'right').y
        const end = unitEnd(to.units, target, 'left').y
        const away = Math.abs(start + (end - start) * share - y)
        if (away >= distance) continue
        distance = away
        nearest = { kind: 'line', link, from: source, to: target }
      }
    }
  }
  return nearest
}

/** How far up or down a curve is where it is at x; `undefined` beside it. */
function shareAlong({ from, to }: Link, x: number): number | undefined {
  if (from.units === undefined || to.units === undefined) return undefined
  const left = unitEnd(from.units, 0, 'right').x
  const right = unitEnd(to.units, 0, 'left').x
  const along = (x - left) / (right - left)
  if (along < 0 || along > 1) return undefined
  // The curve of `lineOf`: x(t) = 1.5 t (1 − t) + t³ … is solved for t by halving.
  let [low, high] = [0, 1]
  for (let i = 0; i < 20; i++) {
    const t = (low + high) / 2
    const at = 1.5 * t * (1 - t) * (1 - t) + 1.5 * t * t * (1 - t) + t * t * t
    if (at < along) low = t
    else high = t
  }
  const t = (low + high) / 2
  return 3 * t * t * (1 - t) + t * t * t
}
