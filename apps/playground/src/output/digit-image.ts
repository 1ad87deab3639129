/** A drawing as MNIST has its digits: in a box of 20 pixels, its centre of mass in the middle of 28. */

/** What is drawn, from 0 to 1, row by row. */
export interface Drawing {
  readonly side: number
  readonly ink: Float32Array
}

/** The share of an image's side that a digit fills in MNIST. */
const filled = 20 / 28

/** A byte a pixel, `side` pixels a side; nothing for an empty drawing. */
export function digitImage({ side: from, ink }: Drawing, side: number): Uint8Array | undefined {
  const box = boundsOf(from, ink)
  if (box === undefined) return undefined
  const scale = Math.max(box.width, box.height) / (side * filled)
  const centre = massOf(from, ink)
  const pixels = new Uint8Array(side * side)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const left = centre.x + (x - side / 2) * scale
      const top = centre.y + (y - side / 2) * scale
      pixels[y * side + x] = Math.round(255 * meanOf(from, ink, { left, top, size: scale }))
    }
  }
  return pixels
}

function boundsOf(
  side: number,
  ink: Float32Array,
): { readonly width: number; readonly height: number } | undefined {
  let [left, right, top, bottom] = [side, -1, side, -1]
  ink.forEach((value, at) => {
    if (value < 0.05) return
    const [x, y] = [at % side, Math.floor(at / side)]
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  })
  return right < 0 ? undefined : { width: right - left + 1, height: bottom - top + 1 }
}

function massOf(side: number, ink: Float32Array): { readonly x: number; readonly y: number } {
  let [mass, x, y] = [0, 0, 0]
  ink.forEach((value, at) => {
    mass += value
    x += value * ((at % side) + 0.5)
    y += value * (Math.floor(at / side) + 0.5)
  })
  return { x: x / mass, y: y / mass }
}

/** The mean over a square; beyond the edge there is no ink. */
function meanOf(
  side: number,
  ink: Float32Array,
  { left, top, size }: { readonly left: number; readonly top: number; readonly size: number },
): number {
  const samples = Math.max(1, Math.ceil(size))
  let sum = 0
  for (let i = 0; i < samples; i++) {
    for (let j = 0; j < samples; j++) {
      const x = Math.floor(left + ((i + 0.5) * size) / samples)
      const y = Math.floor(top + ((j + 0.5) * size) / samples)
      if (x >= 0 && x < side && y >= 0 && y < side) sum += ink[y * side + x] ?? 0
    }
  }
  return sum / samples ** 2
}
