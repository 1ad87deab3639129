import { parameterName, type ShapedInstance } from '@chainrule/core'

/** `weight = embed1.weight, transposed`: what a layer has from others; empty where it keeps all that it has. */
export function tiedText(shaped: ShapedInstance | undefined): string {
  return Object.entries(shaped?.tied ?? {})
    .map(([name, { owner, transposed }]) => {
      const whose = parameterName(owner.instance, owner.parameter)
      return `${name} = ${whose}${transposed ? ', transposed' : ''}`
    })
    .join('; ')
}
