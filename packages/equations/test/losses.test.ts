/** The equations of losses. */
import { inferShapes, type Loss, Session, type ShapedGraph } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import katex from 'katex'
import { describe, expect, it } from 'vitest'
import { lossEquations, SymbolValues, traceForEquations } from '../src/index.ts'
import { graphOf, registry } from './support/cases.ts'
import { dataOf, expectEquationsOf, numbered, plain, rows } from './support/hold.ts'

describe('losses', () => {
  const configured = registry.names('loss').map((call) => {
    const found = registry.configured('loss', { call, positional: [], named: {} })
    if (found === undefined) throw new Error(`no loss \`${call}\``)
    return [call, found.plugin.with(found.configuration.config)] as const
  })
  const graphWith = (loss: Loss): ShapedGraph => {
    const { graph } = graphOf({ call: 'dense', positional: [3], inputs: [[3]] })
    return inferShapes({ ...graph, heads: graph.heads.map((head) => ({ ...head, loss })) })
  }

  it.each(configured)('%s has equations that hold', async (_, loss) => {
    const graph = graphWith(loss)
    const session = await Session.create(graph, { maxBatch: rows }, engineJs)
    session.initialise(3)
    session.bind(dataOf(session))
    const layer = lossEquations(traceForEquations(graph), 'output', rows)
    const read = await SymbolValues.compile(layer, engineJs)
    const values = read.read(session, session.allRows())
    expectEquationsOf(layer, values)
    const { values: df } = session.inspect(session.allRows())['layer/dh'] ?? {}
    expect(values['loss/output/df']?.values).toEqual(df)
    for (const { linked } of layer.equations)
      katex.renderToString(linked, { throwOnError: true, trust: true, strict: false })
  })

  it('of squares are the paper’s', () => {
    const [squared] = configured.filter(([name]) => name === 'squared')
    if (squared === undefined) throw new Error('no loss `squared`')
    const layer = lossEquations(traceForEquations(graphWith(squared[1])), 'output', rows)
    expect(numbered(layer, 42)).toEqual([
      plain(String.raw`\ell = \sum_i (\mathbf{f} - \mathbf{y})^2`),
    ])
    expect(numbered(layer, 44)).toEqual([
      plain(
        String.raw`\frac{\partial L}{\partial \mathbf{f}} = \frac{1}{B} \cdot 2 (\mathbf{f} - \mathbf{y})`,
      ),
    ])
  })
})
