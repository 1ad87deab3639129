/** What the layers of this package refuse; one builder a mistake, all of the code `shape-mismatch`. */
import { type ChainruleError, formatShape, type Shape, shapeMismatch } from '@chainrule/core'

/** An image whose pixels came as a flat list is the usual mistake: then the help says which shape it may have had. */
function asImage(h: Shape): string {
  const [, pixels] = h
  const side = Math.sqrt(Number(pixels))
  const guess =
    h.length === 2 && side > 1 && Number.isInteger(side) ? `${side}x${side}x1` : '28x28x1'
  return `say how the numbers of a row lie: \`input image ${guess}\` (height, width, channels), or \`input series 48x3\` (times, channels)`
}

/** The layer needs axes of space. */
export function notSpatial(layer: string, h: Shape): ChainruleError {
  return shapeMismatch(
    `\`${layer}\` needs images [B, height, width, channels] or series [B, times, channels], but got ${formatShape(h)}`,
    asImage(h),
  )
}

/** An argument has two numbers where there is one axis, or the other way round. */
export function wrongAxes(
  layer: string,
  option: string,
  given: readonly number[],
  h: Shape,
): ChainruleError {
  const axes = h.length === 3 ? 'one axis, times' : 'two axes, height and width'
  const written = given.join('x')
  return shapeMismatch(
    `\`${option}\` of \`${layer}\` is ${written}, but ${formatShape(h)} has ${axes}`,
    h.length === 3
      ? `write one number: \`${given[0] ?? 3}\`. Images have the shape [B, height, width, channels]`
      : `write one number for both, or two: \`${given[0] ?? 3}x${given[0] ?? 3}\``,
  )
}

/** No window fits into the image. */
export function windowTooLarge(
  layer: string,
  reach: readonly number[],
  padded: readonly number[],
  h: Shape,
): ChainruleError {
  const size = padded.join('x')
  return shapeMismatch(
    `\`${layer}\` looks at windows of ${reach.join('x')}, which do not fit into ${size} of ${formatShape(h)}`,
    'make the window smaller, leave out a layer that makes the image smaller, or write `pad=same`',
  )
}

/** A pool's window would lie in the padding altogether. */
export function paddingTooLarge(
  layer: string,
  pad: readonly number[],
  window: readonly number[],
): ChainruleError {
  return shapeMismatch(
    `\`${layer}\` has windows of ${window.join('x')}, but ${pad.join('x')} places are put round the edge`,
    `pad by half of the window at most: \`pad=${window.map((size) => Math.floor(size / 2)).join('x')}\``,
  )
}

export function causalImage(layer: string, h: Shape): ChainruleError {
  return shapeMismatch(
    `\`causal\` of \`${layer}\` needs series [B, times, channels], but got ${formatShape(h)}`,
    'write `pad=same` for images',
  )
}

export function causalAndPadded(layer: string): ChainruleError {
  return shapeMismatch(
    `\`${layer}\` is causal, which says what is put before the first time, and has another \`pad\` too`,
    'write `causal=true` alone',
  )
}

/** Groups that do not divide the channels or the filters. */
export function unevenGroups(
  groups: number,
  channels: number,
  filters: number,
  h: Shape,
): ChainruleError {
  const what = channels % groups === 0 ? `${filters} filters` : `${channels} channels`
  return shapeMismatch(
    `\`conv\` with groups=${groups} cannot divide the ${what} evenly: it got ${formatShape(h)}`,
    `choose groups that divide both ${channels} channels and ${filters} filters`,
  )
}

/** `reshape` to another number of numbers. */
export function differentSize(h: Shape, to: readonly number[]): ChainruleError {
  const size = (sizes: readonly unknown[]): number =>
    sizes.reduce<number>((product, n) => product * Number(n), 1)
  const from = h.slice(1)
  return shapeMismatch(
    `\`reshape\` to ${to.join('x')} needs ${size(to)} numbers a row, but ${formatShape(h)} has ${size(from)}`,
    `write sizes whose product is ${size(from)}: \`reshape ${from.join('x')}\``,
  )
}

/** A size of a row is not known. */
export function notFlat(layer: string, h: Shape): ChainruleError {
  return shapeMismatch(
    `\`${layer}\` needs rows of known sizes, [B, …sizes], but got ${formatShape(h)}`,
    'give it rows, for instance `input image 28x28x1`',
  )
}
