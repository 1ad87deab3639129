/** The equations of what the optimizer makes of a layer's parameters. */
import { assemble } from '@chainrule/core'
import type { ValueId } from '@chainrule/program'
import type { NamedLayer, NextRoot, UpdateRoots } from './name-layer.ts'
import { scopeOf, unnamedOf } from './scope.ts'
import type { LayerTrace, TrainingTrace } from './trace-training.ts'
import type { Equation } from './types.ts'
import { isDescent, type Read, readOf } from './update.ts'
import { EquationWriter, finished, type Spoken } from './write.ts'

const changedNote =
  'Here ∂L/∂W is summed over every place of the weights, and what is left of it after clipping and penalties.'

export function updateEquations(
  training: TrainingTrace,
  { traced }: LayerTrace,
  named: NamedLayer,
): Equation[] {
  const { name } = traced.shaped.node
  const wholes = new Set(named.updates.map(({ whole }) => whole))
  return [...wholes].flatMap((whole) => {
    const updates = named.updates.filter((update) => update.whole === whole)
    const each = updates.map((update) => equationsOf(training, name, named, update))
    const [first = [], second] = each
    // Weights and bias that are updated alike are one W.
    if (second === undefined || textOf(first) !== textOf(second)) return each.flat()
    return asWhole(training, name, named, whole, updates, first)
  })
}

const textOf = (equations: readonly Equation[]): string =>
  equations.map(({ latex }) => latex).join('\n')

/** The equations of the weights, of which the last is that of the whole W. */
function asWhole(
  { ops }: TrainingTrace,
  node: string,
  { symbols }: NamedLayer,
  whole: string,
  updates: readonly UpdateRoots[],
  equations: readonly Equation[],
): Equation[] {
  const [matrix, column] = updates.map(({ roots }) => roots.at(-1)?.tensor)
  const last = equations.at(-1)
  if (matrix === undefined || last === undefined) return []
  const tensor = ops.trace.within(`${node}/backward`, () => assemble(ops, { matrix, column }))
  const { latex } = symbols.at(last.left)
  const left = symbols.add(tensor, { name: `${node}/next/${whole}`, latex })
  const linked = last.linked.replace(`{symbol=${last.left}}`, `{symbol=${left}}`)
  const kept = equations.slice(0, -1).map((each) => ({
    ...each,
    note: [each.note, 'Of the weights; of the bias alike.'].filter(Boolean).join(' '),
  }))
  return [...kept, { ...last, left, linked, value: tensor.id }]
}

function equationsOf(
  { ops }: TrainingTrace,
  node: string,
  { symbols }: NamedLayer,
  update: UpdateRoots,
): Equation[] {
  const { instructions } = ops.trace
  const scope = scopeOf(instructions, new Set([`${update.parameter}/update`]))
  const reads = new Map<ValueId, Read>()
  const spoken = new Map<ValueId, Spoken>()
  const lefts = new Map<ValueId, number>()
  /** Gradients that are not those that the layer's own backward gave. */
  const changed = new Set<number>()
  const roots: Pick<NextRoot, 'tensor' | 'latex'>[] = [...update.roots]
  const add = (id: ValueId, name: string, latex: string, isGradient = false): number =>
    symbols.add(ops.trace.tensor(id), { name: `${node}/${name}`, latex, isGradient })

  for (const { tensor, output, latex } of update.roots)
    lefts.set(tensor.id, symbols.add(tensor, { name: output, latex }))
  const tops = update.roots.map(({ tensor }) => tensor.id)
  let count = 0
  for (const id of unnamedOf(tops, { has: (each) => tops.includes(each) }, scope)) {
    const read = scope.isInside(id) ? undefined : readOf(id, update, instructions)
    if (read !== undefined) {
      reads.set(id, read)
      const own = symbols.placeOf(id)
      const place = own ?? add(id, read.output, read.latex, read.role === 'gradient')
      if (own === undefined && read.role === 'gradient') changed.add(place)
      spoken.set(id, { place, latex: read.latex })
      continue
    }
    const latex = `\\mathbf{${scope.isInside(id) ? 'u' : 'x'}}_{${++count}}`
    lefts.set(id, add(id, `next/${update.name}/u${count}`, latex))
    if (scope.isInside(id)) roots.push({ tensor: ops.trace.tensor(id), latex })
  }
  const inOrder = roots.toSorted((a, b) => a.tensor.id - b.tensor.id)
  return inOrder.map(({ tensor: { id }, latex }): Equation => {
    const writer = new EquationWriter({ instructions, symbols, spoken })
    const right = scope.isInside(id) ? writer.defined(id) : writer.piece(id)
    const readPlaces = writer.reads
    const left = lefts.get(id) ?? 0
    const isChanged = readPlaces.some((place) => changed.has(place))
    const isPaper = isDescent(id, (each) => reads.get(each)?.role, instructions)
    return {
      part: 'update',
      left,
      value: id,
      ...finished(`${writer.named(left, latex).latex} = ${right.latex}`),
      reads: readPlaces,
      ...(isPaper ? { number: 78 } : {}),
      ...(isChanged ? { note: changedNote } : {}),
    }
  })
}
