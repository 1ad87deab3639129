/** `chainrule summary`: what the text says of itself, beside its layers. */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { folder, run } from './support/cli.ts'

const documented = `/// Tells digits apart.
/// Two lines of it.
model digits {
  /// The pixels.
  input x 28
  /// A gate.
  block gate(w) { dense w sigmoid }
  /// Widens first.
  @x -> dense 4 relu -> gate 4 -> gate 4 -> branch {
    /// One arm.
    dense 2 relu
    identity
  } -> concat -> dense 1
}
`

test('shows what documents the model, its inputs, blocks and pipelines', async () => {
  const place = folder({ 'm.mlp': documented })
  const { out, err, code } = await run('summary', place.file('m.mlp'))
  expect(code, err).toBe(0)
  expect(out).toMatch(/^Tells digits apart\.\nTwo lines of it\.\n\nname +layer/)
  expect(out).toMatch(/^@x +input .* 0 {2}The pixels\.$/m)
  expect(out).toMatch(/^dense1 +dense relu .* 116 {2}Widens first\.$/m)
  expect(out).toMatch(/^gate1\.dense1 .* {2}A gate\.$/m)
  expect(out).toMatch(/^dense2 +dense relu .* {2}One arm\.$/m)
  expect(out.match(/A gate\./g)).toHaveLength(1)
  expect(out).toMatch(/^concat1 .* 0$/m)
})

test('does not say of a block or an input what it says of the model, or the other way round', async () => {
  const example = (name: string) =>
    fileURLToPath(new URL(`../../../examples/${name}.mlp`, import.meta.url))
  const residual = await run('summary', example('residual'))
  expect(residual.out).toMatch(/^name +layer/)
  expect(residual.out).toMatch(
    /^cell1\.0\.norm1 .*Normalise, widen, narrow; what comes in is added\.$/m,
  )
  const place = folder({ 'm.mlp': '/// About all.\ninput x 4\n@x -> dense 1\nloss mse\n' })
  const { out } = await run('summary', place.file('m.mlp'))
  expect(out.match(/About all\./g)).toHaveLength(1)
  expect(out).toMatch(/^About all\.\n/)
})

test('shows control characters of a text as signs', async () => {
  const place = folder({ 'm.mlp': '/// \u001b[31mred\ninput x 4\n@x -> dense 1\nloss mse\n' })
  expect((await run('summary', place.file('m.mlp'))).out).toMatch(/^\u241b\[31mred\n/)
})

test('measures a model without a loss by its prediction', async () => {
  const place = folder({ 'm.mlp': 'input x 4\n@x -> dense 1\n' })
  const { out, err, code } = await run('summary', place.file('m.mlp'))
  expect(code, err).toBe(0)
  expect(out).toContain('engine to predict:')
})

test('shows what a layer is tied to beside what documents it', async () => {
  const text =
    'input x 4\n/// Once.\n@x -> dense 4 relu as a -> dense 4 relu weights=@a.weight freeze=true -> dense 1\nloss mse\n'
  const place = folder({ 'm.mlp': `model m {\n${text}}\n` })
  const { out, err } = await run('summary', place.file('m.mlp'))
  expect(out, err).toMatch(/^a +dense relu .* {2}Once\.$/m)
  expect(out).toMatch(/^dense1 +dense relu .* {2}frozen/m)
})
