import { describe, expect, it } from 'vitest'
import { builtInRegistry } from '../src/batteries.ts'
import { open } from '../src/open.ts'

const registry = builtInRegistry()

async function errorsOf(text: string) {
  const { diagnostics } = await open(text, { registry })
  return diagnostics.filter(({ severity }) => severity === 'error')
}

/** A text, the help that its only error has, and the text with that done. */
const repairs: readonly (readonly [text: string, help: string, right: string])[] = [
  [
    'input x 24x3\n@x -> gru 8 -> gru 8 -> dense 1',
    'write `sequences=true` in `gru`',
    'input x 24x3\n@x -> gru 8 sequences=true -> gru 8 -> dense 1',
  ],
  [
    'input x 8x3\n@x -> flatten -> upsample 2 -> dense 1',
    'leave `flatten` out',
    'input x 8x3\n@x -> upsample 2 -> flatten -> dense 1',
  ],
  [
    'input x 5\n@x -> dense 8 relu -> residual { dense 16 relu -> dense 9 } -> dense 2',
    'write `dense 8` for `dense 9`',
    'input x 5\n@x -> dense 8 relu -> residual { dense 16 relu -> dense 8 } -> dense 2',
  ],
  [
    'input x 5\n@x -> branch { dense 4 relu; dense 5 relu } -> add -> dense 2',
    'write `dense 4` for `dense 5`',
    'input x 5\n@x -> branch { dense 4 relu; dense 4 relu } -> add -> dense 2',
  ],
  [
    'input x 5\n@x -> branch { dense 4 relu; dense 5 relu } -> dense 2',
    'join them first: `concat -> dense`',
    'input x 5\n@x -> branch { dense 4 relu; dense 5 relu } -> concat -> dense 2',
  ],
  [
    'input i 8x8x1\ninput m 3\n@i -> conv 4 3x3 relu as a\n@m -> dense 4 relu as b\n[@a, @b] -> concat -> dense 1',
    'write `-> flatten` behind `conv`',
    'input i 8x8x1\ninput m 3\n@i -> conv 4 3x3 relu -> flatten as a\n@m -> dense 4 relu as b\n[@a, @b] -> concat -> dense 1',
  ],
]

describe('the help of a shape that does not fit', () => {
  it.each(repairs)('of %j is: %s', async (text, help, right) => {
    const found = await errorsOf(text)
    expect(found.map((each) => each.help)).toEqual([[help]])
    expect(await errorsOf(right)).toEqual([])
  })

  it('is the layer’s own where no change to a layer before makes it fit', async () => {
    const [found] = await errorsOf('input s 10x6\n@s -> attention heads=4 -> gru 4 -> dense 2')
    expect(found?.help).toEqual(['choose a number of heads that divides 6'])
  })
})
