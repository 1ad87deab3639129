/**
 * A saved model whose text cannot be opened here, because code of others made it: what its program says of it, and what it
 * predicts. The program needs no layer any more.
 */
import type { Engine } from '@chainrule/core'
import { readModel, type SavedModel, TrainedModel } from 'chainrule/workbench'
import { figure } from '../page/count.ts'
import { loadAllPlugins, registry } from './open-text.ts'
import { networkOf } from './program-network.ts'
import type { Said, SavedField, SavedView } from './text-protocol.ts'

export function savedView(bytes: Uint8Array): SavedView {
  const saved = readModel(bytes)
  return { network: networkOf(saved), ranges: rangesOf(saved), fields: fieldsOf(saved) }
}

/** What the model says of one row, given as it stands in the fields. */
export async function askSaved(
  bytes: Uint8Array,
  row: Readonly<Record<string, string>>,
  engine: Engine,
): Promise<Said[]> {
  await loadAllPlugins()
  const model = await TrainedModel.fromBytes(bytes, { engine, registry })
  try {
    const numbers = new Set(
      (fieldsOf(model.saved) ?? []).filter(({ kind }) => kind === 'number').map(({ name }) => name),
    )
    const cells = Object.entries(row).map(([name, text]) => {
      const cell = text.trim() === '' ? null : text
      return [name, numbers.has(name) && cell !== null ? Number(cell) : cell]
    })
    const { predictions } = model.predict([Object.fromEntries(cells)])
    return Object.entries(predictions).map(([head, [said]]) => ({
      head,
      value: [said?.value ?? '']
        .flat()
        .map((each) => (typeof each === 'number' ? figure(each) : each))
        .join(', '),
      shares: Object.entries(said?.probabilities ?? {}).map(([name, share]) => ({ name, share })),
    }))
  } finally {
    model.dispose()
  }
}

/** Missing where a row is no list of single values, such as an image. */
function fieldsOf({ preprocessing }: SavedModel): readonly SavedField[] | undefined {
  const { inputs = [], series } = preprocessing ?? {}
  if (series !== undefined) return undefined
  const fields: SavedField[] = []
  for (const input of inputs) {
    if (input.kind !== 'columns') return undefined
    for (const encoder of input.columns) {
      const { column: name, type } = encoder
      if (type === 'list') return undefined
      if (type === 'category') fields.push({ name, kind: 'category', levels: encoder.levels })
      else if (type === 'boolean')
        fields.push({ name, kind: 'category', levels: ['true', 'false'] })
      else
        fields.push({
          name,
          kind: 'number',
          usual: 'offset' in encoder ? encoder.offset : undefined,
        })
    }
  }
  return fields.length === 0 ? undefined : fields
}

const rangesOf = ({ program, states }: SavedModel): SavedView['ranges'] =>
  Object.fromEntries(
    Object.entries(states)
      .filter(([name]) => program.state[name]?.kind === 'parameter')
      .map(([name, { values }]) => {
        let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
        for (const value of values) {
          low = Math.min(low, Number(value))
          high = Math.max(high, Number(value))
        }
        return [name, [low, high] as const]
      }),
  )
