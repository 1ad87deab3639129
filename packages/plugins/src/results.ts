/** What each stage of a plugin must give. Core takes it as it comes; what types would refuse has to be refused here. */
import {
  formatShape,
  isRows,
  type ParameterRole,
  type ParameterSpec,
  type Plugin,
  type Shape,
  type StatisticSpec,
  sameShape,
} from '@chainrule/core'
import { isRecord as isAnyRecord } from './record.ts'

type AnyRecord = Readonly<Record<string, unknown>>

/** One call of a stage. */
interface Returned {
  readonly result: unknown
  readonly given: readonly unknown[]
  /** What the stage is a member of. */
  readonly owner: AnyRecord
}

/** What is wrong with a result, behind "gives …"; `undefined` where nothing is. */
type Rule = (returned: Returned) => string | undefined

interface TensorLike {
  readonly shape: Shape
}

/** What is wrong with the result of a stage of a plugin, in words that follow its name. */
export function wrongResult(
  kind: Plugin['kind'],
  stage: string,
  returned: Returned,
): string | undefined {
  const rule = stage.startsWith('parse') ? parsed : rules[`${kind} ${stage}`]
  const problem = rule?.(returned)
  return problem === undefined ? undefined : `gives ${problem}`
}

const rules: Readonly<Record<string, Rule>> = {
  'layer shape': ({ result }) => {
    if (!isRecord(result)) return `${kindOf(result)}, and no shape`
    const wrong = Object.entries(result).find(([, shape]) => !isShape(shape))
    if (wrong !== undefined) return `no shape for \`${wrong[0]}\`, but ${kindOf(wrong[1])}`
    if (!('h' in result)) return 'no shape for its output `h`'
    const rowless = Object.entries(result).find(([, shape]) => !startsWithRows(shape as Shape))
    return rowless && `for \`${rowless[0]}\` a shape without B, the rows, as its first axis`
  },
  'layer init': ({ result }) => wrongSpecs(result, 'parameter', parameterMembers),
  'layer statistics': ({ result }) => wrongSpecs(result, 'running value', statisticMembers),
  'layer forward': ({ result }) =>
    isRecord(result) && isTensor(result['h'])
      ? undefined
      : `${kindOf(result)}, and no \`{ h, saved }\``,
  'layer backward': ({ result }) => {
    if (!isRecord(result) || !Array.isArray(result['dh']) || !isRecord(result['gradients']))
      return `${kindOf(result)}, and no \`{ dh: […], gradients: { … } }\``
    const parts = [
      ...result['dh'].map((each, i) => [`dh[${i}]`, each] as const),
      ...Object.entries(result['gradients']).map(
        ([name, each]) => [`gradients.${name}`, each] as const,
      ),
    ]
    const wrong = parts.find(([, each]) => each !== undefined && !isGradient(each))
    return wrong && `${kindOf(wrong[1])} as \`${wrong[0]}\`, and no tensor`
  },
  'activation forward': ({ result, given: [, g] }) =>
    unlike(result, g, 'a tensor of the shape of g'),
  'activation backward': ({ result, given: [, saved] }) =>
    unlike(result, (saved as AnyRecord)['g'], '∂L/∂g, of the shape of g'),
  'loss forward': ({ result, given: [, tensors] }) => {
    const { shape } = (tensors as AnyRecord)['f'] as TensorLike
    const values = isRecord(result) ? result['values'] : undefined
    if (!isTensor(values)) return `${kindOf(result)}, and no \`{ values, saved }\``
    return unlike(values, { shape: shape.slice(0, -1) }, 'a value for each place')
  },
  'loss backward': ({ result, given: [, tensors] }) =>
    unlike(result, (tensors as AnyRecord)['f'], '∂L/∂f, of the shape of f'),
  'loss prediction': ({ result, given: [, f] }) => unlike(result, f, 'a tensor of the shape of f'),
  'loss with': ({ result, owner }) => {
    const { target, applies } = result as AnyRecord
    const targets = owner['targets'] as readonly unknown[]
    if (!targets.includes(target))
      return `${written(target)} as \`target\`, and not one of its \`targets\``
    if (applies === undefined || areNames(applies)) return undefined
    return `${kindOf(applies)} as \`applies\`, and no list of names`
  },
  'optimizer with': ({ result }) => {
    const { style, slots, scalars, vectors } = result as AnyRecord
    if (style === 'driven')
      return isCount(vectors) ? undefined : `${kindOf(vectors)} as \`vectors\``
    if (!areNames(slots)) return `${kindOf(slots)} as \`slots\`, and no list of names`
    if (!areNames(scalars)) return `${kindOf(scalars)} as \`scalars\`, and no list of names`
    const names = [...(slots as string[]), ...(scalars as string[])]
    const twice = names.find((name, i) => names.indexOf(name) !== i)
    return twice && `the slot \`${twice}\` twice`
  },
  'optimizer update': wrongUpdate,
  'schedule rate': ({ result }) => unlike(result, { shape: [] }, 'one number'),
  'initializer sample': ({ result, given: [, context] }) =>
    unlike(result, context, 'a tensor of the shape that it is asked for'),
  'metric accumulate': ({ result }) => {
    if (!isRecord(result)) return `${kindOf(result)}, and no sums`
    const sums = Object.entries(result)
    if (sums.length === 0) return 'no sum at all'
    const wrong = sums.find(([, sum]) => !isTensor(sum) || sum.shape.some(isRows))
    return wrong && `${kindOf(wrong[1])} as \`${wrong[0]}\`, and no sum over all rows`
  },
  'metric finish': ({ result, owner }) => {
    if (owner['style'] !== 'tabulating')
      return typeof result === 'number' ? undefined : `${kindOf(result)}, and no number`
    const isTable = Array.isArray(result) && result.every(areNumbers)
    return isTable ? undefined : `${kindOf(result)}, and no rows of numbers`
  },
  'metric collect': ({ result }) =>
    typeof result === 'number' ? undefined : `${kindOf(result)}, and no number`,
}

/** Of an argument. */
const parsed: Rule = ({ result }) => {
  const isRead =
    isRecord(result) && (result['ok'] === true || typeof result['required'] === 'string')
  return isRead ? undefined : `${kindOf(result)}, and neither a value nor what is required`
}

function wrongUpdate({ result, given: [, context], owner }: Returned): string | undefined {
  const { w: before } = context as { readonly w: TensorLike }
  const { w, slots } = isRecord(result) ? result : {}
  if (!isTensor(w) || !isRecord(slots)) return `${kindOf(result)}, and no \`{ w, slots }\``
  const wrong = unlike(w, before, '`w` of the shape that it had')
  if (wrong !== undefined) return wrong
  const scalars = owner['scalars'] as readonly string[]
  const declared = [...(owner['slots'] as readonly string[]), ...scalars]
  for (const [name, slot] of Object.entries(slots)) {
    if (!declared.includes(name)) return `a slot \`${name}\`, which it does not declare`
    const asked = scalars.includes(name) ? { shape: [] } : before
    const problem = unlike(slot, asked, `the slot \`${name}\` as it was declared`)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** What a member must be, in words that follow what it is; `undefined` where it is that. */
type Member = (value: unknown) => string | undefined

const must =
  (holds: (value: unknown) => boolean, needed: string): Member =>
  (value) =>
    holds(value) ? undefined : needed
const may = (holds: (value: unknown) => boolean, needed: string): Member =>
  must((value) => value === undefined || holds(value), needed)

const isSample = (value: unknown): boolean =>
  isRecord(value) && typeof value['sample'] === 'function'
const isPositive = (value: unknown): boolean => Number.isFinite(value) && Number(value) > 0
const isBoolean = (value: unknown): boolean => typeof value === 'boolean'
const isSizes = (value: unknown): boolean => Array.isArray(value) && value.every(isCount)
const roles: readonly unknown[] = ['weight', 'bias', 'scale', 'embedding'] satisfies ParameterRole[]

const parameterMembers: Readonly<Record<keyof ParameterSpec, Member>> = {
  shape: must(isSizes, 'no list of sizes'),
  initializer: must(isSample, 'none as core makes it'),
  role: must((value) => roles.includes(value), `not one of ${roles.join(', ')}`),
  fanIn: may(isPositive, 'no number above 0'),
  fanOut: may(isPositive, 'no number above 0'),
  trainable: may(isBoolean, 'neither true nor false'),
  decays: may(isBoolean, 'neither true nor false'),
}

const statisticMembers: Readonly<Record<keyof StatisticSpec, Member>> = {
  shape: must(isSizes, 'no list of sizes'),
  initial: must((value) => typeof value === 'number', 'no number'),
}

/** Of parameters and running values by their names. */
function wrongSpecs(
  result: unknown,
  what: string,
  members: Readonly<Record<string, Member>>,
): string | undefined {
  if (!isRecord(result)) return `${kindOf(result)}, and not what it keeps by its names`
  for (const [name, spec] of Object.entries(result)) {
    if (spec === undefined) continue
    if (!isRecord(spec)) return `the ${what} \`${name}\` as ${kindOf(spec)}, and no object`
    for (const [member, wrong] of Object.entries(members)) {
      const value = spec[member]
      const needed = wrong(value)
      if (needed === undefined) continue
      return `the ${what} \`${name}\` with ${written(value)} as \`${member}\`, and ${needed}`
    }
  }
  return undefined
}

/** What is wrong where a tensor of the shape of another is needed. */
function unlike(result: unknown, other: unknown, needed: string): string | undefined {
  const { shape } = other as TensorLike
  if (isTensor(result) && sameShape(result.shape, shape)) return undefined
  return `${isTensor(result) ? formatShape(result.shape) : kindOf(result)}, and not ${needed}, ${formatShape(shape)}`
}

/** An object of its own names; what it promises is none. */
const isRecord = (value: unknown): value is AnyRecord => isAnyRecord(value) && !('then' in value)

const isTensor = (value: unknown): value is TensorLike =>
  isRecord(value) && 'trace' in value && Array.isArray(value['shape'])

const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0

const isShape = (value: unknown): value is Shape =>
  Array.isArray(value) &&
  value.every((each) => (isRecord(each) ? isCount(each['rows']) : isCount(each)))

const startsWithRows = ([first]: Shape): boolean => first !== undefined && isRows(first)

/** A tensor, or those of a matrix and the column that is joined to it. */
const isGradient = (value: unknown): boolean => isTensor(value) || isRecord(value)

const areNames = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === 'string')

/** As a person writes it, where it is short. */
function written(value: unknown): string {
  const isShort = (each: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof each)
  const isWritten = isShort(value) || (Array.isArray(value) && value.every(isShort))
  return isWritten ? JSON.stringify(value) : kindOf(value)
}

const areNumbers = (row: unknown): boolean =>
  Array.isArray(row) && row.every((each) => typeof each === 'number')

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value !== 'object') return typeof value === 'number' ? 'a number' : `a ${typeof value}`
  return 'then' in value ? 'a promise' : 'an object'
}
