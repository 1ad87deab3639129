/** A plugin as `chainrule explain NAME` shows it: what it is, and what it takes. */
import {
  type Field,
  genericOptions,
  type Plugin,
  pluginKinds,
  type Registry,
} from '@chainrule/core'
import { withoutLargestSize } from '@chainrule/language'
import { type Console, styled, table } from './console.ts'

/** Every plugin of a name: `relu` is an activation, and a layer. */
export function pluginsNamed(name: string, registry: Registry): Plugin[] {
  return pluginKinds.flatMap((kind) => registry.find(kind, name) ?? [])
}

export function pluginText(console: Console, plugin: Plugin): string {
  const { kind, name, summary } = plugin
  const rows = argumentRows(plugin).map(({ written, required, otherwise }) => [
    `  ${written}`,
    required,
    otherwise ?? 'needed',
  ])
  return [
    `${styled(console, 'bold', `${kind} ${name}`)}: ${summary}\n`,
    ...(rows.length === 0 ? [] : [`\n${table([['  argument', 'takes', 'left out'], ...rows])}`]),
    ...(kind === 'layer' ? [`\nAs every layer it also takes ${anyLayer}.\n`] : []),
  ].join('')
}

const anyLayer = [...genericOptions].map((option) => `\`${option}=\``).join(', ')

/** An argument of a plugin. */
export interface ArgumentRow {
  /** As it stands in a text: `units`, `bias=`. */
  readonly written: string
  readonly required: string
  /** What stands for it where it is left out; `undefined` where it may not be. */
  readonly otherwise: string | undefined
}

/** Its arguments in the order of a text: by position, then by name. */
export function argumentRows({
  arguments: positional,
  options,
}: Pick<Plugin, 'arguments' | 'options'>): ArgumentRow[] {
  const row = (written: string, field: Field<unknown>): ArgumentRow => {
    const { required, default: usual, optional } = field
    const otherwise = usual === undefined ? (optional ? 'none' : undefined) : defaultText(usual)
    return { written, required: withoutLargestSize(required), otherwise }
  }
  return [
    ...Object.entries(positional).map(([name, field]) => row(name, field)),
    ...Object.entries(options).map(([name, field]) => row(`${name}=`, field)),
  ]
}

function defaultText(usual: unknown): string {
  return typeof usual === 'object' ? JSON.stringify(usual) : String(usual)
}
