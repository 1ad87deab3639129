/** How numbers and names are written. */

/** Letters by which axes are counted: b for the rows of a batch, the others in the order of the axes. */
const axisLetters = ['i', 'j', 'k', 'l', 'm', 'p', 'q', 'r', 's', 't', 'u', 'v']

/** The letter of an axis of a tensor. */
export function axisLetter(axis: number): string {
  return axis === 0 ? 'b' : (axisLetters[axis - 1] ?? `a_{${axis}}`)
}

/** Letters in order that are not taken yet. */
export function freshLetters(count: number, taken: readonly string[]): string[] {
  return axisLetters.filter((letter) => !taken.includes(letter)).slice(0, count)
}

const greek = [
  'alpha',
  'beta',
  'gamma',
  'delta',
  'epsilon',
  'eta',
  'theta',
  'kappa',
  'lambda',
  'mu',
  'nu',
  'rho',
  'sigma',
  'tau',
  'phi',
  'psi',
  'omega',
]

/** A name of a layer's author in mathematical type: `W`, `\gamma`, `\mathit{weight}_{\mathrm{ih}}`. */
export function nameLatex(name: string): string {
  const [head = name, ...rest] = name.split(/[._-]|(?<=[a-z])(?=[0-9])/)
  const subscript = rest.filter((part) => part !== '').map(wordLatex)
  return `${wordLatex(head)}${subscript.length === 0 ? '' : `_{${subscript.join(',')}}`}`
}

function wordLatex(word: string): string {
  if (/^\d+$/.test(word)) return word
  if (greek.includes(word)) return `\\${word}`
  const safe = word.replaceAll(/[^\p{L}\p{N}]/gu, '')
  if (safe.length === 1) return safe
  return safe === '' ? '\\cdot' : `\\mathit{${safe}}`
}

/** Where a decimal fraction is longer than this, 1/n is written instead. */
const longFraction = 5
const largestDenominator = 100_000

/** A constant as a person would write it. */
export function constantLatex(exact: number): string {
  // What was computed, such as 1 − 0.9, is meant without the last bits.
  const value = Number(exact.toPrecision(7))
  if (Number.isNaN(value)) return '\\mathrm{NaN}'
  if (!Number.isFinite(value)) return value > 0 ? '\\infty' : '-\\infty'
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value)
  if (/^1e-\d+$/.test(value.toExponential())) return decimalLatex(value)
  const denominator = Math.round(1 / exact)
  const isFraction =
    Math.abs(value) < 1 &&
    Math.abs(denominator) <= largestDenominator &&
    Math.abs(1 / exact - denominator) < 1e-6
  if (isFraction && String(value).length > longFraction) {
    return `${value < 0 ? '-' : ''}\\tfrac{1}{${Math.abs(denominator)}}`
  }
  return decimalLatex(value, 5)
}

/** A measured number to so many significant digits. */
export function decimalLatex(value: number, digits = 4): string {
  if (Number.isNaN(value)) return '\\mathrm{NaN}'
  if (!Number.isFinite(value)) return value > 0 ? '\\infty' : '-\\infty'
  if (value === 0) return '0'
  const magnitude = Math.floor(Math.log10(Math.abs(value)))
  if (magnitude >= -4 && magnitude < 6) return String(Number(value.toPrecision(digits)))
  const [mantissa = '', exponent = ''] = value.toExponential(digits - 1).split('e')
  const factor = Number(mantissa)
  const power = `10^{${Number(exponent)}}`
  if (Math.abs(factor) === 1) return `${factor < 0 ? '-' : ''}${power}`
  return `${factor} \\cdot ${power}`
}
