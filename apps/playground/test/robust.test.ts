/** Whatever is put in, and whatever goes wrong, the page goes on. */
import type { Page } from '@chainrule/testing-browser'
import { describe, expect, it } from 'vitest'
import { missing, site } from './support/site.ts'

const isPlaying = (page: Page) => page.locator('.progress[data-status=playing]').waitFor()

const texts: readonly (readonly [string, RegExp])[] = [
  ['', /there is no model|no data/i],
  ['}{)(][ -> -> "', /error/i],
  ['dense '.repeat(400), /error/i],
  [`dense 16 ${'('.repeat(200)}`, /error/i],
  ['data synthetic spiral(points=1e99)\ndense 2', /error/i],
  ['data csv "nowhere.csv" { target x }\ndense 1', /there is no file nowhere\.csv/],
  [
    'data synthetic spiral\ndense 100000000 relu -> dense 100000000 -> dense 2',
    /memory|too large/i,
  ],
  ['data synthetic spiral\ndense 2\noptimizer sgd lr=1e30', /very large/],
  ['\u0000\u202E🙂 größe', /error/i],
]

describe.skipIf(missing !== undefined)('nonsense', () => {
  it('in the text is told, and the next text trains', async () => {
    const page = await site.visit()
    const content = page.locator('.cm-content')
    for (const [nonsense, told] of texts) {
      await content.fill(nonsense)
      await page.locator('.problems, .progress').filter({ hasText: told }).first().waitFor()
    }
    await content.fill('data synthetic circle(points=40)\ndense 4 relu -> dense 2\n')
    await page.getByText('No problems').waitFor()
    await page.getByRole('button', { name: 'Reset' }).click()
    await page.getByRole('button', { name: 'Play', exact: true }).click()
    await page.waitForFunction(() => (window.chainrule.frame?.step ?? 0) > 3)
    await page.context().close()
  })

  it('of a network that no memory holds is told, and the next text trains', async () => {
    const page = await site.visit()
    await isPlaying(page)
    const content = page.locator('.cm-content')
    for (const network of ['dense 5000000 relu', 'dense 12000 relu -> dense 12000 relu']) {
      await content.fill(`data synthetic circle(points=200)\n${network} -> dense 2\n`)
      await page.locator('.why', { hasText: /this model needs about .* are to be had/ }).waitFor()
      await page
        .locator('.output.is-stale')
        .getByText('The text cannot be trained: this is the model of the text before.')
        .waitFor()
      expect(await page.getByRole('button', { name: 'Play' }).isDisabled()).toBe(true)
    }
    await content.fill('data synthetic circle(points=200)\ndense 4 tanh -> dense 2\n')
    await isPlaying(page)
    expect(await page.locator('.is-stale').count()).toBe(0)
    await page.context().close()
  })

  it('of a rate that explodes is told with what helps', async () => {
    const page = await site.visit()
    const text = 'data synthetic plane(points=200)\ndense 16 relu -> dense 1\noptimizer sgd lr=50\n'
    await page.locator('.cm-content').fill(text)
    await page.locator('.why', { hasText: 'lower the learning rate' }).waitFor()
    await page.locator('.cm-content').fill(text.replace('lr=50', 'lr=0.01'))
    await page.waitForFunction(() => window.chainrule.text.includes('lr=0.01'))
    await page.context().close()
  })

  it('in a field leaves what was there', async () => {
    const page = await site.visit()
    const seed = page.getByLabel('seed', { exact: true })
    await seed.waitFor()
    const before = await page.evaluate(() => window.chainrule.text)
    for (const nonsense of ['-5', '1.5', '99999999999999', '']) {
      await seed.fill(nonsense)
      await seed.blur()
      expect(await seed.inputValue()).toBe('8')
    }
    expect(await page.evaluate(() => window.chainrule.text)).toBe(before)
    await page.context().close()
  })

  it('in any field of a number says what is allowed, and keeps the last good one', async () => {
    const page = await site.visit()
    await page.getByText('Point at a unit or a line').waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'See every gradient' }).click()
    await page.getByLabel('Rows').selectOption('one sample')
    const weight = page.getByRole('group', { name: 'Change a weight' })
    const fields = [
      { field: page.getByLabel('seed', { exact: true }), most: '4,294,967,295' },
      { field: page.getByLabel('seed of the data'), most: '2,147,483,647' },
      { field: page.getByLabel('Sample', { exact: true }), most: '399' },
      { field: weight.getByLabel('Unit'), most: '15' },
      { field: weight.getByLabel('Input'), most: '1' },
      { field: weight.getByLabel('Value of dense1.weight'), most: '3.40e+38' },
    ]
    for (const { field, most } of fields) {
      const before = await field.inputValue()
      const isWhole = !most.includes('e')
      for (const nonsense of ['-1e99', '99999999999e99', '', ...(isWhole ? ['-1', '0.5'] : [])]) {
        await field.fill(nonsense)
        await field.blur()
        const told = page.getByRole('alert').filter({ hasText: `to ${most} is needed` })
        await told.getByText(`${before} is kept`).waitFor()
        expect(await field.inputValue()).toBe(before)
      }
      await field.fill('1')
      await field.blur()
      expect(await field.inputValue()).toBe('1')
      await expect.poll(() => page.getByRole('alert').filter({ hasText: 'needed' }).count()).toBe(0)
    }
    await page.context().close()
  })

  it('in a file is told', async () => {
    const page = await site.visit()
    const offered = async (name: string, bytes: Uint8Array): Promise<void> => {
      await page.getByRole('button', { name: 'Open and save' }).click()
      await page
        .getByLabel('Open a text, a model, data or a layer')
        .setInputFiles({ name, mimeType: '', buffer: Buffer.from(bytes) })
    }
    await offered('a.safetensors', Uint8Array.from([1, 2, 3]))
    await page.locator('.notice', { hasText: 'a.safetensors' }).waitFor()
    for (const bytes of ['', '"open', '\u0000\u0001', 'x\n', '{{{']) {
      await offered('a.csv', new TextEncoder().encode(bytes))
      await page.getByRole('dialog', { name: 'Your data' }).getByRole('alert').waitFor()
      await page.keyboard.press('Escape')
    }
    await offered('a.json', Uint8Array.from([0xff, 0xfe, 0x00]))
    await page.getByRole('dialog', { name: 'Your data' }).getByRole('alert').waitFor()
    await page.keyboard.press('Escape')
    await isPlaying(page)
    await page.context().close()
  })
})

describe.skipIf(missing !== undefined)('a page that goes on', () => {
  it('makes a worker anew that was lost, and trains on', async () => {
    const page = await site.visit()
    await isPlaying(page)
    const ended = await Promise.all(
      page.workers().map((worker) => worker.evaluate(() => self.close()).catch(() => undefined)),
    )
    expect(ended.length).toBeGreaterThanOrEqual(2)
    await page.getByText('The training began again').waitFor()
    await isPlaying(page)
    await page.waitForFunction(() => (window.chainrule.frame?.step ?? 0) > 3)
    // The other worker, which reads texts.
    await page.locator('.cm-content').fill('dense 8 rellu -> dense 2\n')
    await page.getByText('unknown activation `rellu`').first().waitFor()
    await page.context().close()
  })

  it('goes on after a while in the background', async () => {
    const page = await site.visit()
    await isPlaying(page)
    const client = await page.context().newCDPSession(page)
    await client.send('Page.setWebLifecycleState', { state: 'frozen' })
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await client.send('Page.setWebLifecycleState', { state: 'active' })
    const before = await page.evaluate(() => window.chainrule.frame?.step ?? 0)
    await page.waitForFunction((step) => (window.chainrule.frame?.step ?? 0) > step, before)
    expect(await page.locator('.notice').count()).toBe(0)
    await page.context().close()
  })

  it('says where it cannot use threads', async () => {
    const page = await site.visit({ goes: false })
    // A host that does not isolate its pages.
    await page.route('**/*', async (route) => {
      const response = await route.fetch()
      const { 'cross-origin-opener-policy': _, ...headers } = response.headers()
      await route.fulfill({ response, headers })
    })
    await page.goto(site.url)
    await isPlaying(page)
    await page.getByText('1: this page is not isolated from others').waitFor()
    await page.context().close()
  })
})
