import { childrenOf, type File, type Node, type Span } from '@chainrule/language'

/** Finding nodes by their place, and what stands around them. */

/** A node with those around it, from the file down to itself. */
export type Path = readonly Node[]

/** Whether an offset lies in a span or at one of its ends. */
export const touches = ({ start, end }: Span, offset: number): boolean =>
  start <= offset && offset <= end

/**
 * The innermost node at an offset and all around it. Where two nodes meet, it is the one that begins there: the cursor
 * before `16` is on the number.
 */
export function pathAt(file: File, offset: number): Path {
  const path: Node[] = [file]
  for (;;) {
    const last = path.at(-1)
    const next = last === undefined ? undefined : childAt(last, offset)
    if (next === undefined) return path
    path.push(next)
  }
}

function childAt(node: Node, offset: number): Node | undefined {
  let found: Node | undefined
  for (const child of childrenOf(node)) {
    if (!touches(child.span, offset)) continue
    // An empty span marks what is missing: nothing is there.
    if (child.span.start === child.span.end) continue
    if (found === undefined || found.span.end === offset) found = child
  }
  return found
}

/** The first node that fits, with those around it. */
export function pathTo(file: File, fits: (node: Node) => boolean): Path | undefined {
  const path: Node[] = []
  const go = (node: Node): boolean => {
    path.push(node)
    if (fits(node)) return true
    for (const child of childrenOf(node)) if (go(child)) return true
    path.pop()
    return false
  }
  return go(file) ? path : undefined
}

/** The innermost node of a kind around the last of a path, or that one itself. */
export function around<K extends Node['kind']>(
  path: Path,
  ...kinds: readonly K[]
): Extract<Node, { kind: K }> | undefined {
  const isOne = (node: Node): node is Extract<Node, { kind: K }> =>
    kinds.some((kind) => kind === node.kind)
  return path.findLast(isOne)
}
