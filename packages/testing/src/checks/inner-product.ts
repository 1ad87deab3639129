import type { Check } from '../check.ts'
import { inner } from '../compare.ts'
import { cotangentName, directionName, tangentName } from '../program-of-case.ts'
import { elementsOf } from '../run.ts'

/**
 * ⟨u, J v⟩ = ⟨Jᵀ u, v⟩ for any cotangent u and direction v: backward is the transpose of how forward moves.
 *
 * Without it     a backward that is right for one cotangent alone stays: one that is not linear in ∂L/∂h, because it
 *                clips it, or takes its sign, or forgets a further output
 * Found          in float64 to the rounding of the sums, where finite differences see seven digits
 */
export const innerProduct: Check = {
  name: 'inner-product',
  title: 'backward is the transpose of how forward moves',
  run: async (lab) => {
    if (!lab.has('tangent')) return []
    const feed = lab.feed()
    const other = lab.feed({ salt: 1 })
    const names = Object.keys(lab.outputShapes)
    // Cotangents of another size than those of the other checks: what is not linear shows.
    const cotangents = Object.fromEntries(
      names.map((name) => [
        cotangentName(name),
        Array.from(other[cotangentName(name)] ?? [], (u) => 16 * u),
      ]),
    )
    const gradients = await lab.run('gradient', { ...feed, ...cotangents })
    const still = Object.fromEntries(
      lab.operands.map(({ source }) => [
        directionName(source),
        Array.from(feed[source] ?? [], () => 0),
      ]),
    )
    const { relative, absolute } = lab.tolerance('f64')
    const findings = await Promise.all(
      lab.operands.map(async ({ source, label }) => {
        const name = directionName(source)
        const direction = feed[name] ?? []
        const moving = { ...feed, ...still, [name]: direction }
        const tangents = await lab.run('tangent', moving)
        const backward = inner(elementsOf(gradients, source), direction)
        const forward = names
          .map((output) =>
            inner(
              elementsOf(tangents, tangentName(output)),
              cotangents[cotangentName(output)] ?? [],
            ),
          )
          .reduce((all, { sum, size }) => ({ sum: all.sum + sum, size: all.size + size }))
        // Ten roundings of each term.
        const allowed = 10 * (absolute + relative * (backward.size + forward.size))
        if (Math.abs(backward.sum - forward.sum) <= allowed) return []
        return [
          lab.finding('inner-product', 'backward is not the transpose of how forward moves', {
            quantity: `⟨${label}, v⟩`,
            found: backward.sum,
            expected: forward.sum,
            allowed,
            dtype: 'f64',
            rows: lab.rows,
            help: 'where `derived` passes, backward is not linear in what arrives: look for a clip, a sign or an output whose gradient is left out',
          }),
        ]
      }),
    )
    return findings.flat()
  },
}
