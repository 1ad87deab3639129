/** A layer of the visitor's own, in the page: it trains, is inspected, and never runs unasked. */
import type { Page } from '@chainrule/testing-browser'
import { describe, expect, it } from 'vitest'
import { encodeExperiment, type SharedExperiment } from '../src/state/share.ts'
import { linkOf, stepOf, weightsOf } from './support/experiment.ts'
import { missing, site } from './support/site.ts'

const scaled = (
  factor: string,
): string => `import { defineLayer, initializer } from '@chainrule/core'

export const scaled = defineLayer({
  name: 'scaled',
  summary: 'Each feature times a number of its own.',
  arguments: {},
  options: { weights: initializer({ default: 'glorot-uniform' }) },
  shape: (_, [h]) => h,
  init: ({ weights }, [h]) => ({
    weight: { shape: [Number(h.at(-1))], initializer: weights, role: 'scale' },
  }),
  forward: (ops, { weight }, [h]) => ({ h: ops.mul(${factor}, ops.mul(h, weight)), saved: {} }),
})
`

const text = `use "./scaled.js"
data synthetic moons(points=60, noise=0.1)
dense 4 tanh -> scaled -> dense 2
train epochs=1000 batch=16
`

async function opens(page: Page, name: string, code: string): Promise<void> {
  await page.getByRole('button', { name: 'Open and save' }).click()
  await page
    .getByLabel('Open a text, a model, data or a layer')
    .setInputFiles({ name, mimeType: '', buffer: Buffer.from(code) })
}

async function runs(page: Page, name: string, code: string): Promise<void> {
  await opens(page, name, code)
  const dialog = page.getByRole('dialog', { name: 'Run this code?' })
  expect(await dialog.getByLabel(`Code of ${name}`).inputValue()).toBe(code)
  await dialog.getByRole('button', { name: 'Run it' }).click()
}

const isPlaying = (page: Page): Promise<void> =>
  page.locator('.progress[data-status=playing]').waitFor()

const problems = (page: Page) => page.locator('.problems')

describe.skipIf(missing !== undefined)('a layer of one’s own', () => {
  it('trains, has its equations, and comes with a link once it may run', async () => {
    const page = await site.visit()
    await isPlaying(page)
    await runs(page, 'scaled.js', scaled('1'))
    await page.waitForFunction(() => window.chainrule.text.startsWith('use "./scaled.js"\n'))
    await page.locator('.cm-content').fill(text)
    await page.getByText('No problems').waitFor()
    // Shapes stand behind the arrows, also behind that of a layer of one’s own.
    await page.waitForFunction(() => document.querySelectorAll('.cm-content .hint').length === 4)
    await page.waitForFunction(() => window.chainrule.frame?.weights?.['scaled1.weight'])
    await page.waitForFunction(() => (window.chainrule.frame?.step ?? 0) > 20)
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Step', exact: true }).click()
    await page.getByRole('button', { name: 'See every gradient' }).click()
    await page.locator('button.box-title', { hasText: 'scaled1' }).click()
    for (const equation of ['∂L∂hn−1=∂L∂hn⊙weightn', '∂L∂weightn=∑b∂L∂hn⊙hn−1'])
      await page.locator('.equation', { hasText: equation }).waitFor()
    const hash = await linkOf(page)
    const [weights, step] = [await weightsOf(page), await stepOf(page)]
    const other = await site.visit({ hash })
    await problems(other).getByText('there is no code ./scaled.js here').waitFor()
    await other.getByRole('button', { name: 'Run it' }).click()
    await other.waitForFunction((wanted) => window.chainrule.frame?.step === wanted, step)
    expect(await weightsOf(other)).toEqual(weights)
    await page.context().close()
    await other.context().close()
  })

  it('gives way to that of a link before it may run, and the question goes with its link', async () => {
    const page = await site.visit()
    await isPlaying(page)
    await runs(page, 'scaled.js', scaled('1'))
    await page.locator('.cm-content').fill(text)
    await page.getByText('No problems').waitFor()
    const files = { 'scaled.js': new TextEncoder().encode(scaled('2')) }
    const goesTo = async (experiment: SharedExperiment): Promise<void> => {
      const hash = await encodeExperiment(experiment)
      await page.evaluate((to) => {
        location.hash = to
      }, hash)
    }
    await goesTo({ text, files, acts: [{ text }, { to: 7 }] })
    const dialog = page.getByRole('dialog', { name: 'Run this code?' })
    await dialog.getByText('It takes the place of yours.').waitFor()
    await problems(page).getByText('there is no code ./scaled.js here').waitFor()
    const plain = 'data synthetic moons(points=40)\ndense 2\n'
    await goesTo({ text: plain, files: {}, acts: [] })
    await page.waitForFunction((wanted) => window.chainrule.text === wanted, plain)
    await dialog.waitFor({ state: 'hidden' })
    await page.context().close()
  })

  it('cannot reach what outlives its worker', async () => {
    const page = await site.visit()
    await isPlaying(page)
    const reaching = ['caches', 'indexedDB', 'Worker', 'BroadcastChannel']
      .map((name) => `typeof ${name}`)
      .join(" + ' ' + ")
    await runs(page, 'scaled.js', `throw new Error(${reaching} + ' ' + typeof navigator.storage)`)
    await problems(page).getByText('undefined undefined undefined undefined undefined').waitFor()
    await page.context().close()
  })

  it('is no table', async () => {
    const page = await site.visit()
    await page.getByRole('button', { name: 'Your data…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Your data' })
    const buffer = Buffer.from(scaled('1'))
    await dialog
      .locator('input[type=file]')
      .setInputFiles({ name: 'scaled.js', mimeType: '', buffer })
    await dialog.getByText('scaled.js is code, and no table').waitFor()
    await page.context().close()
  })

  it('does not run where the visitor closes the question', async () => {
    const page = await site.visit()
    await isPlaying(page)
    const before = await page.evaluate(() => window.chainrule.text)
    await opens(page, 'scaled.js', scaled('1'))
    await page.getByRole('dialog', { name: 'Run this code?' }).waitFor()
    await page.keyboard.press('Escape')
    expect(await page.evaluate(() => window.chainrule.text)).toBe(before)
    await page.locator('.cm-content').fill(text)
    await problems(page).getByText('there is no code ./scaled.js here').waitFor()
    await page.context().close()
  })

  it('that is changed begins anew, and what is wrong with it is said', async () => {
    const page = await site.visit()
    await isPlaying(page)
    await runs(page, 'scaled.js', scaled('1'))
    await page.locator('.cm-content').fill(text)
    await page.getByText('No problems').waitFor()
    await page.waitForFunction(() => (window.chainrule.frame?.step ?? 0) > 100)
    await page.getByRole('button', { name: 'Pause' }).click()
    await runs(page, 'scaled.js', scaled('2'))
    await page.waitForFunction(() => window.chainrule.frame?.step === 0)
    for (const [code, said] of [
      ["import 'lodash'", 'it imports lodash, and here is only @chainrule/core'],
      ['export const a = 1', 'its module gives no plugin'],
      ['export const = 1', 'could not be loaded'],
      [scaled('missing'), 'missing is not defined'],
      [scaled('Math.random()'), 'reads `Math.random`'],
    ] as const) {
      await runs(page, 'scaled.js', code)
      await page.getByText(said).first().waitFor()
    }
    await runs(page, 'scaled.js', scaled('1'))
    await page.getByText('No problems').waitFor()
    await page.context().close()
  })
})
