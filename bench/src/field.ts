/** Who takes part in a run: ours, the peers that are installed, and those that are not. */
import type { FindContext, Peer } from './peer.ts'
import { ours, peersNamed } from './peers.ts'
import type { Contestant } from './roster.ts'

export interface Field {
  readonly ours: Contestant
  readonly others: readonly Contestant[]
  /** Title and version of each peer that was found. */
  readonly versions: readonly string[]
  readonly missing: readonly { readonly peer: Peer; readonly how: string }[]
}

/**
 * Looks for the peers of these names, or for all of them. With several threads a peer that can have them takes part with
 * as many and with one, and so does ours.
 */
export async function findField(
  { names, threads }: { names: readonly string[] | undefined; threads: number },
  context: FindContext,
): Promise<Field> {
  const wanted = peersNamed(names).filter((peer) => peer !== ours)
  const [own, ...found] = await Promise.all([ours, ...wanted].map((peer) => peer.find(context)))
  if (own === undefined || !('launch' in own)) throw new Error('internal: ours is missing')
  const counts = (peer: Peer): number[] => (peer.threaded && threads > 1 ? [threads, 1] : [1])
  const others = wanted.flatMap((peer, i) => {
    const each = found[i]
    if (each === undefined || 'missing' in each) return []
    return counts(peer).map((count): Contestant => ({ peer, threads: count, launch: each.launch }))
  })
  const against = names?.includes(ours.name) === true || (names === undefined && threads > 1)
  return {
    ours: { peer: ours, threads, launch: own.launch },
    others: against ? [...others, { peer: ours, threads: 1, launch: own.launch }] : others,
    versions: wanted.flatMap(({ title }, i) => {
      const each = found[i]
      return each === undefined || 'missing' in each ? [] : [`${title} ${each.version}`.trim()]
    }),
    missing: wanted.flatMap((peer, i) => {
      const each = found[i]
      return each !== undefined && 'missing' in each ? [{ peer, how: each.missing }] : []
    }),
  }
}
