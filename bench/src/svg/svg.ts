/** SVG as text. */

type Attributes = Readonly<Record<string, string | number>>

/** An element; attributes in numbers have two decimals at most. */
export function element(
  name: string,
  attributes: Attributes,
  ...content: readonly string[]
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attribute(value)}"`)
  const start = `<${name}${written.join('')}`
  return content.length === 0 ? `${start}/>` : `${start}>${content.join('')}</${name}>`
}

function attribute(value: string | number): string {
  return typeof value === 'number' ? String(Number(value.toFixed(2))) : escaped(value)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escaped(text))
}

export function line(
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  stroke: string,
  attributes: Attributes = {},
): string {
  return element('line', { x1, y1, x2, y2, stroke, ...attributes })
}

/** A whole picture on a ground of its own, so that it is read in a dark page too. */
export function picture(
  width: number,
  height: number,
  title: string,
  parts: readonly string[],
): string {
  const root = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      'font-family': 'system-ui, sans-serif',
      'font-size': 12,
      fill: ink.text,
      role: 'img',
    },
    element('title', {}, escaped(title)),
    element('rect', { width, height, fill: ink.ground }),
    label(16, 24, title, { 'font-size': 15, 'font-weight': 600 }),
    ...parts,
  )
  return `${root}\n`
}

export const ink = {
  ground: '#ffffff',
  text: '#1f2328',
  faint: '#59636e',
  grid: '#e4e8ec',
  other: '#9aa4af',
  /** Told apart with colour-blind eyes too; the first is ours. */
  series: ['#2f62c9', '#e0912b', '#3a9a5b', '#c8487a', '#8a63c8', '#4aa5ab', '#8d6e4f'],
} as const
