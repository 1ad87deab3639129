/** An experiment is kept and handed on: as a link, a session and files. */
import { readFile } from 'node:fs/promises'
import { defineLayer, initializer } from '@chainrule/core'
import { wasmEngine } from '@chainrule/engine-wasm'
import { loadModel } from 'chainrule'
import { builtInRegistry, open, prepareTraining, writeModel } from 'chainrule/workbench'
import { describe, expect, it } from 'vitest'
import { filesSource } from '../src/worker/files.ts'
import { linkOf, stepOf, weightsOf } from './support/experiment.ts'
import { missing, site } from './support/site.ts'

/** A layer of somebody else's: each feature times a number of its own. */
const scaled = defineLayer({
  name: 'scaled',
  summary: 'Each feature times a number of its own.',
  arguments: {},
  options: { weights: initializer({ default: 'glorot-uniform' }) },
  shape: (_, [h]) => h,
  init: ({ weights }, [h]) => ({
    weight: { shape: [Number(h.at(-1))], initializer: weights, role: 'scale' },
  }),
  forward: (ops, { weight }, [h]) => ({ h: ops.mul(h, weight), saved: {} }),
})

const text = `data csv "small.csv" {
  target y
  split train=100%
}
dense 4 tanh -> dense 1
optimizer adam lr=0.05
train epochs=200 batch=5
seed 3
`
const csv = `x,y\n${Array.from({ length: 20 }, (_, i) => `${i / 10},${Math.round(100 * (i / 10 - 1) ** 2)}`).join('\n')}`

/** A model that the library trained with the layer that no page has. */
async function trainedWithScaled(spelt: string): Promise<Uint8Array> {
  const opened = await open(spelt, {
    registry: builtInRegistry(),
    source: filesSource({}),
    plugins: { find: async () => ({ plugins: [scaled], described: false }) },
    runs: true,
    file: 'm.mlp',
  })
  if (opened.experiment === undefined || opened.data === undefined) throw new Error('errors')
  const training = await prepareTraining(spelt, opened.experiment, opened.data, {
    engine: wasmEngine({ numerics: 'portable' }),
  })
  for await (const _ of training.run());
  return writeModel(training.saved())
}

describe.skipIf(missing !== undefined)('a link', () => {
  it('leads a stranger to the same bits of weights after the same updates', async () => {
    const page = await site.visit()
    await page.locator('.progress[data-status=playing]').waitFor()
    await page.waitForFunction(() => (window.chainrule.frame?.step ?? 0) > 40)
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Step' }).click()
    const hash = await linkOf(page)
    const [weights, step] = [await weightsOf(page), await stepOf(page)]
    const other = await site.visit({ hash })
    await other.waitForFunction((wanted) => window.chainrule.frame?.step === wanted, step)
    expect(step).toBeGreaterThan(40)
    expect(await weightsOf(other)).toEqual(weights)
    await other.locator('.progress[data-status=paused]').waitFor()
    await page.context().close()
    await other.context().close()
  })

  it('holds small data, and where the training is over leads to its end', async () => {
    const page = await site.visit()
    await page.getByLabel('Speed').selectOption('as fast as it goes')
    await page.getByRole('button', { name: 'Open and save' }).click()
    const chooser = page.getByLabel('Open a text, a model, data or a layer')
    await chooser.setInputFiles({ name: 'small.csv', mimeType: '', buffer: Buffer.from(csv) })
    await page.getByRole('button', { name: 'Train on it' }).click()
    await page.locator('.cm-content').fill(text)
    await page.getByText('trained 200 epochs').waitFor()
    const hash = await linkOf(page)
    const weights = await weightsOf(page)
    const other = await site.visit({ hash })
    await other.getByText('trained 200 epochs').waitFor()
    expect(await weightsOf(other)).toEqual(weights)
    expect(await other.evaluate(() => window.chainrule.text)).toBe(text)
    await page.context().close()
    await other.context().close()
  })

  it('that is damaged says so, and the page begins as for anybody', async () => {
    const page = await site.visit({ hash: '#e=abcd' })
    await page.getByText('The link is damaged').waitFor()
    await page.locator('.progress[data-status=playing]').waitFor()
    await page.context().close()
  })
})

describe.skipIf(missing !== undefined)('a session', () => {
  it('is there after the page was loaded again', async () => {
    const page = await site.visit()
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Open and save' }).click()
    await page.getByText('None yet').waitFor()
    await page.getByLabel('Name of the session').fill('two arms')
    await page.getByRole('button', { name: 'Save this one' }).click()
    await page.getByRole('button', { name: 'two arms', exact: true }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'circle' }).click()
    await page.waitForFunction(() => window.chainrule.text.includes('circle('))
    await page.getByRole('button', { name: 'Open and save' }).click()
    await page.getByRole('button', { name: 'two arms', exact: true }).click()
    await page.waitForFunction(() => window.chainrule.text.includes('spiral('))
    await page.getByRole('button', { name: 'Open and save' }).click()
    await page.getByRole('button', { name: 'Delete two arms' }).click()
    await page.getByText('None yet').waitFor()
    await page.context().close()
  })
})

describe.skipIf(missing !== undefined)('files', () => {
  it('are the text, and a model that the library predicts with', async () => {
    const page = await site.visit()
    await page.waitForFunction(() => (window.chainrule.frame?.step ?? 0) > 5)
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Open and save' }).click()
    const downloaded = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name }).click(),
      ])
      return [download.suggestedFilename(), await readFile(await download.path())] as const
    }
    const [textName, bytes] = await downloaded('Download the text')
    expect(textName).toBe('spiral.mlp')
    expect(bytes.toString()).toBe(await page.evaluate(() => window.chainrule.text))
    const [modelName, model] = await downloaded('Download the trained model')
    expect(modelName).toBe('spiral.safetensors')
    const trained = await loadModel(model)
    const { predictions } = trained.predict([{ x1: 0, x2: 3 }])
    expect(['0', '1']).toContain(predictions['output']?.[0]?.value)
    await page.context().close()
  })

  it('of a model with a layer of others predict and show what the file holds', async () => {
    const spiral = `use "./scaled.ts"
data synthetic moons(points=60, noise=0.1)
scaled -> dense 5 -> residual { dense 5 tanh } -> dense 2
train epochs=4 batch=16
`
    const bytes = await trainedWithScaled(spiral)
    const { predictions } = (await loadModel(bytes)).predict([{ x1: 0.5, x2: -1 }])
    const [wanted] = predictions['output'] ?? []
    const page = await site.visit()
    await page.getByRole('button', { name: 'Open and save' }).click()
    const model = { name: 'gated.safetensors', mimeType: '', buffer: Buffer.from(bytes) }
    await page.getByLabel('Open a text, a model, data or a layer').setInputFiles(model)
    const dialog = page.getByRole('dialog', { name: 'gated.safetensors' })
    await dialog.getByLabel('x1').fill('0.5')
    await dialog.getByLabel('x2').fill('-1')
    const share = (100 * (wanted?.probabilities?.['1'] ?? Number.NaN)).toFixed(1)
    await dialog.locator('.answers').getByText(`1: ${share} %`).waitFor()
    await dialog.locator('.answers strong', { hasText: String(wanted?.value) }).waitFor()
    const boxes = await dialog.locator('.box-title b').allTextContents()
    expect(boxes.toSorted()).toEqual([
      ...['@input', 'add1', 'dense1', 'dense2', 'dense3', 'output', 'scaled1'],
    ])
    await dialog.getByRole('row', { name: /^scaled1\.weight 2/ }).waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.problems').getByText('there is no code ./scaled.ts here').waitFor()
    await page.context().close()
  })

  it('of such a model call the answer by its target, and say what a field takes', async () => {
    const bytes = await trainedWithScaled(`use "./scaled.ts"
data synthetic plane(points=60, noise=0.1)
scaled -> dense 5 tanh -> dense 1
train epochs=4 batch=16
`)
    const { predictions } = (await loadModel(bytes)).predict([{ x1: 0.5, x2: -1 }])
    const wanted = Number(predictions['output']?.[0]?.value)
    const page = await site.visit()
    await page.getByRole('button', { name: 'Open and save' }).click()
    const model = { name: 'plane.safetensors', mimeType: '', buffer: Buffer.from(bytes) }
    await page.getByLabel('Open a text, a model, data or a layer').setInputFiles(model)
    const dialog = page.getByRole('dialog', { name: 'plane.safetensors' })
    await dialog.getByLabel('x1').fill('0.5')
    await dialog.getByLabel('x2').fill('-1')
    const answers = dialog.locator('.answers p')
    const answer = `y: ${Number(wanted.toPrecision(4))}`
    await expect.poll(async () => (await answers.textContent())?.trim()).toBe(answer)
    // What is no number that a model reads is not taken for one.
    const field = dialog.getByLabel('x1')
    await field.focus()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type('1e400')
    await dialog
      .getByText(/^a number from -3.40e\+38 to 3.40e\+38 is needed; 0.5 is kept$/)
      .waitFor()
    expect((await answers.textContent())?.trim()).toBe(answer)
    await field.blur()
    expect(await field.inputValue()).toBe('0.5')
    // Nothing of its values is known, and so nothing is drawn in their place.
    const canvas = dialog.locator('.network-canvas canvas')
    expect((await canvas.boundingBox())?.height).toBeLessThan(100)
    await page.context().close()
  })

  it('of a model that was trained elsewhere bring its text and its weights', async () => {
    const spiral = `data synthetic moons(points=60, noise=0.1)\ndense 5 tanh -> dense 2\ntrain epochs=4 batch=16\n`
    const opened = await open(spiral, {
      registry: builtInRegistry(),
      source: filesSource({}),
      file: 'm.mlp',
    })
    if (opened.experiment === undefined || opened.data === undefined) throw new Error('errors')
    const training = await prepareTraining(spiral, opened.experiment, opened.data, {
      engine: wasmEngine(),
    })
    for await (const _ of training.run());
    const wanted = training.session.snapshot(['parameter'])
    const page = await site.visit()
    await page.getByRole('button', { name: 'Open and save' }).click()
    await page.getByLabel('Open a text, a model, data or a layer').setInputFiles({
      name: 'moons.safetensors',
      mimeType: '',
      buffer: Buffer.from(writeModel(training.saved())),
    })
    await page.getByText('The weights of moons.safetensors are loaded').waitFor()
    const weights = await weightsOf(page)
    for (const [name, values] of Object.entries(wanted)) expect(weights[name]).toEqual([...values])
    expect(await page.evaluate(() => window.chainrule.text)).toBe(spiral)
    await page.context().close()
  })
})
