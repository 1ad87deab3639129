/** The equations of what the optimizer makes of a layer's parameters. */
import type { ValueId } from '@chainrule/program'
import { asWhole } from './joined-updates.ts'
import type { NamedLayer, NextRoot, UpdateRoots } from './name-layer.ts'
import { scopeOf, unnamedOf } from './scope.ts'
import type { LayerTrace, TrainingTrace } from './trace-training.ts'
import type { Equation } from './types.ts'
import { isDescent, type Read, readOf } from './update.ts'
import { asWritten, EquationWriter, finished, type Spoken } from './write.ts'

const changedNote =
  'Here ∂L/∂W is summed over every place of the weights, and what is left of it after clipping and penalties.'

const partNotes = { matrix: 'Of the weights alone.', column: 'Of the bias alone.' }

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
    const [weights = [], bias] = each
    // Weights and bias that are updated alike are one W.
    const joined = bias && asWhole(training, named.symbols, whole, weights, bias)
    return joined ?? each.flat().map(ofPart)
  })
}

/** Says of which part of a W an equation is that reads one of its parts alone. */
function ofPart(equation: Equation): Equation {
  const [extent] = Object.values(equation.extents ?? {})
  if (extent === undefined || extent === 'appended') return equation
  return { ...equation, note: [partNotes[extent], equation.note].filter(Boolean).join(' ') }
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
    const written = finished(`${writer.named(left, latex).latex} = ${right.latex}`)
    return {
      part: 'update',
      left,
      value: id,
      ...written,
      reads: asWritten(readPlaces, written.linked),
      ...writer.told,
      ...(isPaper ? { number: 78 } : {}),
      ...(isChanged ? { note: changedNote } : {}),
    }
  })
}
