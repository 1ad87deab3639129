/**
 * Writes houses.json: houses that nobody has built, each with a photo of 8x8 pixels, a few figures and a price. The kind of
 * house is seen in the photo alone; the price follows from the figures and from the kind. `node make/houses.ts`
 */
import { writeFileSync } from 'node:fs'
import { createRandom } from './random.ts'

const random = createRandom(7)
const count = 240

interface Kind {
  readonly label: string
  /** Rows of pixels from the top: `#` wall, `^` roof, `.` sky. */
  readonly drawn: readonly string[]
  /** In hundred thousands. */
  readonly worth: number
}

const kinds: readonly Kind[] = [
  {
    label: 'bungalow',
    drawn: [
      '........',
      '........',
      '........',
      '........',
      '^^^^^^^^',
      '########',
      '########',
      '########',
    ],
    worth: 0.4,
  },
  {
    label: 'cottage',
    drawn: [
      '........',
      '........',
      '...^^...',
      '..^^^^..',
      '.^^^^^^.',
      '..####..',
      '..####..',
      '..####..',
    ],
    worth: 0.1,
  },
  {
    label: 'terrace',
    drawn: [
      '........',
      '^.^.^.^.',
      '########',
      '########',
      '########',
      '########',
      '########',
      '########',
    ],
    worth: 0,
  },
  {
    label: 'tower',
    drawn: [
      '..^^^^..',
      '..####..',
      '..####..',
      '..####..',
      '..####..',
      '..####..',
      '..####..',
      '..####..',
    ],
    worth: -0.5,
  },
  {
    label: 'villa',
    drawn: [
      '........',
      '........',
      '.^^^^^..',
      '.#####..',
      '.#####^^',
      '.#######',
      '.#######',
      '.#######',
    ],
    worth: 1.2,
  },
]

/** A color a bit brighter or darker, each channel for itself. */
const shaded = (color: readonly number[], amount: number): number[] =>
  color.map((channel) => channel + amount * random.normal())

/** Rows of pixels of red, green and blue from 0 to 99; some photos are mirrored, all are noisy. */
function photoOf({ drawn }: Kind): number[][][] {
  const colors: Readonly<Record<string, number[]>> = {
    '.': shaded([55, 65, 80], 12),
    '^': shaded([60, 30, 25], 12),
    '#': shaded([65, 60, 50], 14),
  }
  const mirrored = random.uniform() < 0.5
  return drawn.map((row) => {
    const pixels = mirrored ? [...row].reverse() : [...row]
    return pixels.map((pixel) =>
      shaded(colors[pixel] ?? [], 9).map((channel) =>
        Math.min(99, Math.max(0, Math.round(channel))),
      ),
    )
  })
}

function house(): object {
  const kind = kinds[random.whole(kinds.length)] as Kind
  const rooms = 1 + random.whole(6)
  const area = Math.round(18 + 21 * rooms + 9 * random.normal())
  const year = 1900 + random.whole(124)
  const age = (2024 - year) / 100
  const price = 0.6 + 0.021 * area + 0.15 * rooms - 0.7 * age * (1.4 - age) + kind.worth
  const noisy = Math.max(0.3, price + 0.12 * random.normal())
  return {
    photo: photoOf(kind),
    rooms,
    area,
    year,
    label: kind.label,
    price: Number(noisy.toFixed(2)),
  }
}

const houses = Array.from({ length: count }, house)
const text = houses.map((each) => JSON.stringify(each)).join(',\n')
writeFileSync(new URL('../houses.json', import.meta.url), `[\n${text}\n]\n`)
