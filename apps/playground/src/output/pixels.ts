/** The colours of signed numbers as pixels of an image, for pictures of many. */
import { signedColour } from './colours.ts'

const steps = 255
const pixels = Uint32Array.from({ length: steps + 1 }, (_, i) => {
  const [red, green, blue] = signedColour((2 * i) / steps - 1)
  return (255 << 24) | (blue << 16) | (green << 8) | red
})
/** Of what is no number. */
const broken = (255 << 24) | (0x30 << 16) | (0x10 << 8) | 0xd0

/** The pixel of a value from -1 to 1. */
export function signedPixel(value: number): number {
  return pixels[Math.round(((value + 1) * steps) / 2)] ?? broken
}

/** A pixel with so much grey over it. */
export function veiled(pixel: number, share: number): number {
  const at = (shift: number, grey: number): number => {
    const own = (pixel >>> shift) & 255
    return Math.round(own + (grey - own) * share) << shift
  }
  return (255 << 24) | at(16, 128) | at(8, 116) | at(0, 110)
}
