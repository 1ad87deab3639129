/** Equations of a case, and the check that they hold: computed again, they give what the engine gives. */
import { type ElementwiseOptimizer, type Layer, Session, type ShapedGraph } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { shapeAt } from '@chainrule/program'
import katex from 'katex'
import { expect } from 'vitest'
import {
  ElementReader,
  type Equation,
  type LayerEquations,
  layerEquations,
  SymbolValues,
  traceForEquations,
} from '../../src/index.ts'
import { graphOf, type LayerCase, optimizerOf } from './cases.ts'

export const rows = 3

export function equationsOf(
  layerCase: LayerCase,
  layer?: Layer,
  optimizer: ElementwiseOptimizer = optimizerOf(layerCase.optimizer ?? 'sgd'),
): LayerEquations {
  return layerEquations(traceForEquations(graphOf(layerCase, layer), optimizer), 'layer', rows)
}

/** As the paper's source is written, apart from spaces, braces about one sign, and the sizes of brackets. */
export const plain = (latex: string): string =>
  latex
    .replaceAll(/\\left|\\right|\\[,!;]/g, '')
    .replaceAll(/\s+/g, '')
    .replaceAll(/([_^])\{(\w)\}/g, '$1$2')

export const numbered = ({ equations }: LayerEquations, number: Equation['number']): string[] =>
  equations.filter((each) => each.number === number).map(({ latex }) => plain(latex))

/** Every equation, computed again, gives what the engine gave. */
export function expectEquationsOf(
  layer: LayerEquations,
  values: Awaited<ReturnType<SymbolValues['read']>>,
): void {
  const reader = new ElementReader(layer, values, rows)
  for (const equation of layer.equations) {
    const shape = shapeAt(layer.instructions[equation.value]?.type.shape ?? [], rows)
    const size = shape.reduce((product, each) => product * each, 1)
    for (let flat = 0; flat < size; flat += Math.max(1, Math.floor(size / 7))) {
      const index = indexOf(flat, shape)
      const { value, linked, reads } = reader.trace(equation, index)
      // Not from its own value: that would be true of anything.
      expect(reads.map(({ symbol }) => symbol)).not.toContain(equation.left)
      const symbol = reader.symbolOf(equation.value, index)
      const measured = symbol && reader.measured(symbol)
      expect(measured, equation.latex).toBeDefined()
      expect(value, `${equation.latex} at ${index}`).toBeCloseTo(measured ?? Number.NaN, 5)
      katex.renderToString(linked, { throwOnError: true, trust: true, strict: false })
    }
  }
}

/** Every equation of a node, computed again, gives what the engine gave; the new weights are those of a step of training. */
export async function expectEquationsToHold(
  graph: ShapedGraph,
  node: string,
  optimizer: ElementwiseOptimizer,
): Promise<LayerEquations> {
  const session = await Session.create(graph, { maxBatch: rows, optimizer }, engineJs)
  const layer = layerEquations(traceForEquations(graph, optimizer), node, rows)
  const read = await SymbolValues.compile(layer, engineJs)
  session.initialise(3)
  session.bind(dataOf(session))
  const values = read.read(session, session.allRows())
  const inspected = session.inspect(session.allRows())
  for (const [name, { values: expected }] of Object.entries(inspected)) {
    const found = values[name]
    if (found !== undefined) expect([name, ...found.values]).toEqual([name, ...expected])
  }
  expectEquationsOf(layer, values)
  const instance = graph.nodes.find((each) => each.node.name === node)?.node.instance
  const prefix = `${node}/next/`
  session.executable.run('step', rows)
  for (const [name, { values: found }] of Object.entries(values)) {
    const state = `${instance}.${name.slice(prefix.length)}`
    if (name.startsWith(prefix) && session.hasState(state))
      expect([name, ...found]).toEqual([name, ...session.executable.state(state)])
  }
  return layer
}

function indexOf(flat: number, shape: readonly number[]): number[] {
  let rest = flat
  return shape
    .toReversed()
    .map((size) => {
      const i = rest % size
      rest = Math.floor(rest / size)
      return i
    })
    .toReversed()
}

/** Numbers for every input and target of a graph. */
export function dataOf({ program }: Session) {
  const numbers = (name: string, seed: number): Float32Array | Int32Array | Uint8Array => {
    const type = program.inputs[name]
    const size = shapeAt(type?.shape ?? [], rows).reduce((product, each) => product * each, 1)
    const wave = Float32Array.from({ length: size }, (_, i) => Math.sin(seed + 1.7 * i))
    if (type?.dtype === 'i32') return Int32Array.from(wave, (x) => Math.floor(1.5 + 1.5 * x))
    if (type?.dtype === 'bool') return Uint8Array.from(wave, (x) => Number(x > -0.5))
    return wave
  }
  const named = Object.keys(program.inputs)
  const of = (prefix: string) =>
    Object.fromEntries(
      named
        .filter((name) => name.startsWith(prefix))
        .map((name, i) => [name.slice(prefix.length), numbers(name, i + prefix.length)]),
    )
  return { rows, inputs: of('input/'), targets: of('target/') }
}
