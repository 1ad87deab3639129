/** Code of others runs in the command's process: what it does to the process is told too, and never taken for success. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { folder } from './support/cli.ts'

const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))

const code = (first: string, shape = '({ h })'): string => `
${first}
export const twice = {
  kind: 'layer', name: 'twice', summary: 'Two of it.', arguments: {}, options: {},
  inputs: [{ name: 'h' }], minimumInputs: undefined, outputs: [], outputTypes: {}, randomSlots: [],
  couples: 'none', joined: {},
  shape: (config, [h]) => ${shape},
  init: () => ({}),
  statistics: () => ({}),
  forward: (ops, parameters, [h]) => ({ h: ops.add(h, h), saved: undefined }),
  backward: undefined,
}
`
const text = `use "./p.js"
data synthetic plane(points=40)
dense 4 tanh -> twice -> dense 1
loss mse
train epochs=2 batch=10
`

/** What a training with the code says, and how it ends. */
function trained(plugin: string) {
  const place = folder({ 'm.mlp': text, 'p.js': plugin })
  const command = (...more: readonly string[]) =>
    spawnSync(
      process.execPath,
      ['--conditions=source', bin, 'train', place.file('m.mlp'), ...more],
      {
        encoding: 'utf8',
        timeout: 30_000,
        env: { ...process.env, XDG_CONFIG_HOME: place.file('config') },
      },
    )
  const [, trust = ''] = /--trust (\S+@[0-9a-f]{64})/.exec(command().stderr) ?? []
  return command('--trust', trust)
}

describe('the command', () => {
  test.each([
    [
      'code that fails by itself while it is loaded',
      code("Promise.reject(new Error('no luck'))"),
      'error[plugin-failed]: code of ./p.js failed where nobody had asked it: no luck',
    ],
    [
      'code that fails by itself while the model is trained',
      code('', "{ queueMicrotask(() => { throw new Error('no luck') }); return { h } }"),
      'error[plugin-failed]: code of ./p.js failed where nobody had asked it: no luck',
    ],
    [
      'code that ends the process while it is loaded',
      code('process.exit(0)'),
      'error[plugin-failed]: code of ./p.js ended the process, or waits for what never comes',
    ],
    [
      'code that ends the process while the model is trained',
      code('', '{ process.exit(0) }'),
      'error[plugin-failed]: code of ./p.js ended the process, or waits for what never comes',
    ],
  ])('does not end well with %s', (_, plugin, said) => {
    const { status, stderr } = trained(plugin)
    expect(stderr).toContain(said)
    expect(status).toBe(1)
  })

  test('ends where code has left a timer', () => {
    const { status, stdout } = trained(code('setInterval(() => {}, 100)'))
    expect(stdout).toContain('trained 2 epochs')
    expect(status).toBe(0)
  })

  test('prints what code says without the signs that steer a terminal', () => {
    const { stderr } = trained(code("throw new Error('\\x1b[2J\\r\\nok')"))
    expect(stderr).toContain('could not be loaded: ␛[2J␍␊ok')
    expect(stderr).not.toContain('\x1b')
  })
})
