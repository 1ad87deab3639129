/** The network that a saved program computes: the scopes of its instructions are the nodes that it was traced from. */
import { isRows, type Shape } from '@chainrule/core'
import { targetColumns } from '@chainrule/data'
import type { SavedModel } from 'chainrule/workbench'
import type { HeadView, NetworkView, NodeView } from './protocol.ts'
import { sizeOf } from './views.ts'

export function networkOf({ program, heads, preprocessing }: SavedModel): NetworkView {
  const traced = tracedNodes(program)
  const parameters = Object.entries(program.state).filter(([, { kind }]) => kind === 'parameter')
  const isHead = (name: string): boolean => heads.some((head) => head.name === name)
  const nodes = [...traced].flatMap(([name, { from, shape }]): NodeView[] => {
    const own = parameters.filter(([each]) => each.startsWith(`${name}.`))
    const shown = own.map(([each, { type }]) => ({
      name: each.slice(name.length + 1),
      shape: type.shape.map(Number),
    }))
    const node = { name, layer: name.replace(/\d+$/, ''), instance: name, activation: undefined }
    const rest = { shape: ofOneRow(shape), parameters: shown, span: undefined }
    return isHead(name) ? [] : [{ ...node, from: [...from], ...rest }]
  })
  const views = heads.map(({ name, kind }): HeadView => {
    const target = preprocessing?.targets.find((each) => each.name === name)
    const [from = nodes.at(-1)?.name ?? ''] = traced.get(name)?.from ?? []
    const classes = target !== undefined && 'classes' in target ? target.classes : []
    const columns = target === undefined ? '' : targetColumns(target).join(', ')
    return { name, from, loss: 'output', kind, classes, target: columns || name }
  })
  const inputs = Object.entries(program.inputs)
    .filter(([name]) => name.startsWith(inputPrefix))
    .map(([name, { shape }]) => ({
      name: name.slice(inputPrefix.length),
      shape: ofOneRow(shape),
      features: [],
    }))
  const count = parameters.reduce((sum, [, { type }]) => sum + sizeOf(type.shape.map(Number)), 0)
  return { inputs, nodes, heads: views, parameters: count }
}

/** How a program calls what the data give. */
const inputPrefix = 'input/'

interface Traced {
  /** Names of nodes, or `@` and the name of an input. */
  readonly from: ReadonlySet<string>
  /** Of what its last instruction gives. */
  readonly shape: Shape
}

function tracedNodes({ entries }: SavedModel['program']): ReadonlyMap<string, Traced> {
  const { instructions = [] } = entries['predict'] ?? {}
  const names = instructions.map(({ scope = '' }) => scope.split('/')[0] ?? '')
  /** What a value comes from, where that is not the node that reads it. */
  const makers = (value: number, reader: string): readonly string[] => {
    const instruction = instructions[value]
    const name = names[value] ?? ''
    if (instruction?.primitive === 'input')
      return [`@${instruction.attributes.name.slice(inputPrefix.length)}`]
    if (name !== '') return name === reader ? [] : [name]
    return (instruction?.operands ?? []).flatMap((operand) => makers(operand, reader))
  }
  const traced = new Map<string, Traced>()
  instructions.forEach(({ operands, type, primitive }, at) => {
    const name = names[at] ?? ''
    if (name === '' || primitive === 'state') return
    const found = operands.flatMap((operand) => makers(operand, name))
    traced.set(name, {
      from: new Set([...(traced.get(name)?.from ?? []), ...found]),
      shape: type.shape,
    })
  })
  return traced
}

const ofOneRow = (shape: Shape): number[] => shape.slice(1).map((size) => (isRows(size) ? 0 : size))
