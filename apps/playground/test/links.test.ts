/** Whatever was done with the weights, a link and a session lead to them; what is written is not lost. */
import { readFile } from 'node:fs/promises'
import type { Page } from '@chainrule/testing-browser'
import { describe, expect, it } from 'vitest'
import { decodeExperiment, encodeExperiment } from '../src/state/share.ts'
import { linkOf, stepOf, weightsOf } from './support/experiment.ts'
import { missing, site } from './support/site.ts'

const runsTo = async (page: Page, steps: number): Promise<void> => {
  await page.waitForFunction((wanted) => (window.chainrule.frame?.step ?? 0) > wanted, steps)
}

/** Runs so many updates more. */
const runs = async (page: Page, steps: number): Promise<void> =>
  runsTo(page, (await stepOf(page)) + steps)

const steps = async (page: Page): Promise<void> => {
  const step = await stepOf(page)
  await page.getByRole('button', { name: 'Step', exact: true }).click()
  await page.waitForFunction((wanted) => window.chainrule.frame?.step === wanted, step + 1)
}

/** Stands still, and one update more. */
const pauses = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Pause' }).click()
  // The updates under way are finished, and the last frame of them comes.
  for (let [known, now] = [-1, await stepOf(page)]; known !== now; now = await stepOf(page)) {
    known = now
    await page.waitForTimeout(100)
  }
  await steps(page)
}

const rewrites = async (page: Page, from: string | RegExp, to: string): Promise<void> => {
  const text = await page.evaluate(() => window.chainrule.text)
  await page.locator('.cm-content').fill(text.replace(from, to))
}

const isPlaying = (page: Page): Promise<void> =>
  page.locator('.progress[data-status=playing]').waitFor()

/** Until a text is loaded that is written now: a frame comes with it, and none else while the training stands still. */
async function loads(page: Page, write: () => Promise<void>): Promise<void> {
  const before = await page.evaluateHandle(() => window.chainrule.frame)
  await write()
  await page.waitForFunction((known) => window.chainrule.frame !== known, before)
}

/** As it is after a link was opened. */
async function opened(hash: string, step: number): Promise<Page> {
  const page = await site.visit({ hash })
  await page.waitForFunction((wanted) => window.chainrule.frame?.step === wanted, step)
  await page.locator('.progress:not([data-status=playing])').waitFor()
  return page
}

const short = `data synthetic moons(points=40, noise=0.1, seed=2)
dense 4 tanh -> dense 2
optimizer adam lr=0.01
train epochs=3 batch=8
`

const deeds: readonly (readonly [string, (page: Page) => Promise<void>])[] = [
  [
    'the learning rate was changed amid an epoch',
    async (page) => {
      await runs(page, 13)
      await rewrites(page, 'lr=0.01', 'lr=0.03')
      await page.waitForFunction(() => window.chainrule.text.includes('lr=0.03'))
      await isPlaying(page)
      await runs(page, 40)
    },
  ],
  [
    'batch and optimizer were changed, and back',
    async (page) => {
      await runs(page, 10)
      await rewrites(page, 'batch=32', 'batch=7')
      await runs(page, 30)
      await rewrites(page, 'adam lr=0.01', 'sgd lr=0.1 momentum=0.9')
      await runs(page, 30)
      await rewrites(page, 'batch=7', 'batch=32')
      await runs(page, 30)
    },
  ],
  [
    'an optimizer without moments was chosen and left again while it stood still',
    async (page) => {
      await runs(page, 20)
      await pauses(page)
      const step = await stepOf(page)
      for (const [from, to] of [
        ['adam lr=0.01', 'sgd lr=0.01'],
        ['sgd lr=0.01', 'adam lr=0.01'],
      ] as const) {
        await loads(page, () => rewrites(page, from, to))
      }
      expect(await stepOf(page)).toBe(step)
      await page.getByRole('button', { name: 'Play' }).click()
      await runs(page, 20)
    },
  ],
  [
    'L-BFGS took over amid an epoch',
    async (page) => {
      await runs(page, 13)
      await pauses(page)
      await loads(page, () => rewrites(page, 'adam lr=0.01', 'lbfgs'))
      for (let i = 0; i < 3; i++) await steps(page)
    },
  ],
  [
    'weights were set by hand while it trained',
    async (page) => {
      await runs(page, 10)
      await page.evaluate(() => window.chainrule.setWeight('dense1.weight', 3, 1.5))
      await runs(page, 10)
      await page.evaluate(() => {
        window.chainrule.setWeight('dense2.weight', 0, -1)
        window.chainrule.setWeight('dense2.weight', 0, -2)
        window.chainrule.setWeight('dense2.bias', 1, 0.5)
      })
      await runs(page, 10)
    },
  ],
  [
    'the training had ended and went on with another rate',
    async (page) => {
      await page.locator('.cm-content').fill(short)
      await page.getByText('trained 3 epochs').waitFor()
      await rewrites(page, 'lr=0.01', 'lr=0.2')
      await page.getByText('trained 6 epochs').waitFor()
      await page.getByText('of 3 (3 before)').waitFor()
      await rewrites(page, 'epochs=3', 'epochs=3000')
      await runs(page, 10)
    },
  ],
  [
    'the training had ended, a weight was set, and it went on',
    async (page) => {
      await page.locator('.cm-content').fill(short)
      await page.getByText('trained 3 epochs').waitFor()
      const ended = await stepOf(page)
      await page.evaluate(() => window.chainrule.setWeight('dense1.weight', 3, 1.5))
      await steps(page)
      expect((await weightsOf(page))['dense1.weight']?.[3]).toBeCloseTo(1.5, 1)
      await page.getByText('of 3 (3 before)').waitFor()
      await page.getByRole('button', { name: 'Play' }).click()
      await page.getByText('trained 6 epochs').waitFor()
      expect(await stepOf(page)).toBe(2 * ended)
      await page.getByRole('button', { name: 'Play' }).click()
      await page.getByText('trained 9 epochs').waitFor()
    },
  ],
  [
    'a saved model was opened, and trained on',
    async (page) => {
      await runs(page, 20)
      await page.getByRole('button', { name: 'Pause' }).click()
      await page.getByRole('button', { name: 'Open and save' }).click()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download the trained model' }).click(),
      ])
      const buffer = await readFile(await download.path())
      const file = { name: 'spiral.safetensors', mimeType: '', buffer }
      await page.getByLabel('Open a text, a model, data or a layer').setInputFiles(file)
      await page.getByText('are loaded').waitFor()
      await page.getByRole('button', { name: 'Play' }).click()
      await runs(page, 20)
    },
  ],
]

describe.skipIf(missing !== undefined)('a link leads to the same bits of weights where', () => {
  it.each(deeds)('%s', async (_, work) => {
    const page = await site.visit()
    await isPlaying(page)
    await work(page)
    if (await page.getByRole('button', { name: 'Pause' }).isVisible()) await pauses(page)
    const [weights, step] = [await weightsOf(page), await stepOf(page)]
    const other = await opened(await linkOf(page), step)
    expect(await weightsOf(other)).toEqual(weights)
    // And is followed by the same.
    for (const each of [page, other]) await steps(each)
    expect(await weightsOf(other)).toEqual(await weightsOf(page))
    await page.context().close()
    await other.context().close()
  })

  it('where nothing was done but comments were written, and the training goes on undisturbed', async () => {
    const page = await site.visit()
    await isPlaying(page)
    await runs(page, 20)
    const before = await page.evaluate(() => window.chainrule.frame)
    await rewrites(page, '// Two arms', '// A remark of mine.\n// Two arms')
    await page.waitForFunction(() => window.chainrule.text.includes('remark'))
    await rewrites(page, 'dense 16', 'dens 16')
    await page.locator('.why', { hasText: 'the text has errors' }).waitFor()
    await rewrites(page, 'dens 16', 'dense 16')
    await isPlaying(page)
    await runs(page, 20)
    const after = await page.evaluate(() => window.chainrule.frame)
    expect(after?.step).toBeGreaterThan(before?.step ?? 0)
    expect([after?.epochs, after?.before]).toEqual([400, 0])
    await pauses(page)
    const hash = await linkOf(page)
    const shared = await decodeExperiment(hash)
    const [text, step] = [await page.evaluate(() => window.chainrule.text), await stepOf(page)]
    expect(shared).toEqual({ text, files: {}, acts: [{ text }, { to: step }] })
    const other = await opened(hash, step)
    expect(await weightsOf(other)).toEqual(await weightsOf(page))
    await page.context().close()
    await other.context().close()
  })
})

describe.skipIf(missing !== undefined)('a text that is changed', () => {
  it('in its learning rate keeps the epochs that it asks for', async () => {
    const page = await site.visit()
    await isPlaying(page)
    await runs(page, 60)
    await rewrites(page, 'lr=0.01', 'lr=0.02')
    await page.waitForFunction(() => window.chainrule.text.includes('lr=0.02'))
    await runs(page, 200)
    await page.locator('.progress', { hasText: /epoch \d+ of 400(?!\d)/ }).waitFor()
    await rewrites(page, 'epochs=400', 'epochs=2')
    await page.getByText(/trained \d+ epochs, and the text asks for 2/).waitFor()
    await page.context().close()
  })

  it('while it stands still does not begin to run when its mistake is mended', async () => {
    const page = await site.visit()
    await isPlaying(page)
    await pauses(page)
    const step = await stepOf(page)
    await rewrites(page, 'dense 16', 'dens 16')
    await page.locator('.why', { hasText: 'the text has errors' }).waitFor()
    await rewrites(page, 'dens 16', 'dense 16')
    await page.locator('.progress[data-status=paused]').waitFor()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await stepOf(page)).toBe(step)
    await page.context().close()
  })

  it('and paused at once stands still', async () => {
    const page = await site.visit()
    await isPlaying(page)
    await rewrites(page, 'lr=0.01', 'lr=0.02')
    await page.getByRole('button', { name: 'Pause' }).click()
    // Long enough for the text to be loaded.
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const step = await stepOf(page)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await stepOf(page)).toBe(step)
    await page.locator('.progress[data-status=paused]').waitFor()
    await page.context().close()
  })

  it('is there after the page was loaded again, with small data of its own', async () => {
    const page = await site.visit()
    await isPlaying(page)
    await page.getByRole('button', { name: 'Open and save' }).click()
    const chooser = page.getByLabel('Open a text, a model, data or a layer')
    const buffer = Buffer.from('x,y\n1,2\n2,4\n3,6\n4,8\n5,10\n6,12\n')
    await chooser.setInputFiles({ name: 'small.csv', mimeType: '', buffer })
    await page.getByRole('button', { name: 'Train on it' }).click()
    await rewrites(page, /$/, '\n// mine\n')
    await isPlaying(page)
    const text = await page.evaluate(() => window.chainrule.text)
    await page.reload()
    await isPlaying(page)
    expect(await page.evaluate(() => window.chainrule.text)).toBe(text)
    expect(text).toContain('small.csv')
    await page.context().close()
  })
})

describe.skipIf(missing !== undefined)('the address', () => {
  it('of an open page takes a link, says where it is damaged, and goes back', async () => {
    const page = await site.visit()
    const link = async (text: string): Promise<string> =>
      `#${await encodeExperiment({ text, files: {}, acts: [] })}`
    const [one, two] = [await link(short), await link(short.replace('moons', 'circle'))]
    const goesTo = (hash: string): Promise<void> =>
      page.evaluate((to) => {
        location.hash = to
      }, hash)
    await goesTo(one)
    await page.waitForFunction(() => window.chainrule.text.includes('moons('))
    await goesTo(two)
    await page.waitForFunction(() => window.chainrule.text.includes('circle('))
    await page.goBack()
    await page.waitForFunction(() => window.chainrule.text.includes('moons('))
    await page.getByText('trained 3 epochs').waitFor()
    await goesTo(`${two.slice(0, -9)}`)
    await page.getByText('The link is damaged').waitFor()
    expect(await page.evaluate(() => window.chainrule.text)).toContain('moons(')
    await page.context().close()
  })

  it('of a page that was opened without a link lets go of a later one that is changed', async () => {
    const page = await site.visit()
    await isPlaying(page)
    const hash = `#${await encodeExperiment({ text: short, files: {}, acts: [] })}`
    await page.evaluate((to) => {
      location.hash = to
    }, hash)
    await page.getByText('trained 3 epochs').waitFor()
    await rewrites(page, 'dense 4', 'dense 5')
    await page.waitForFunction(() => location.hash === '')
    await page.reload()
    await page.getByText('trained 3 epochs').waitFor()
    expect(await page.evaluate(() => window.chainrule.text)).toContain('dense 5')
    await page.context().close()
  })

  it('may change, and the text too, while a long training is done again', async () => {
    const long = short.replace('epochs=3', 'epochs=1000000')
    const acts = [{ text: long }, { to: 3_000_000 }]
    const hash = `#${await encodeExperiment({ text: long, files: {}, acts })}`
    const page = await site.visit({ hash })
    await runsTo(page, 200)
    await rewrites(page, 'dense 4', 'dense 3')
    await page.waitForFunction(() => window.chainrule.frame?.weights?.['dense1.bias']?.length === 3)
    await page.goto(`${site.url}${hash}`)
    await page.reload()
    await runsTo(page, 200)
    const other = `#${await encodeExperiment({ text: short, files: {}, acts: [] })}`
    await page.evaluate((to) => {
      location.hash = to
    }, other)
    await page.getByText('trained 3 epochs').waitFor()
    await page.context().close()
  })

  it('holds a link no longer when its text was changed, and so takes it a second time', async () => {
    const hash = `#${await encodeExperiment({ text: short, files: {}, acts: [] })}`
    const page = await site.visit({ hash })
    await page.getByText('trained 3 epochs').waitFor()
    expect(await page.evaluate(() => location.hash)).toBe(hash)
    await rewrites(page, 'dense 4', 'dense 5')
    await page.waitForFunction(() => location.hash === '')
    await page.evaluate((to) => {
      location.hash = to
    }, hash)
    await page.waitForFunction(() => window.chainrule.text.includes('dense 4'))
    await page.reload()
    await page.getByText('trained 3 epochs').waitFor()
    expect(await page.evaluate(() => window.chainrule.text)).toBe(short)
    await page.context().close()
  })
})

describe.skipIf(missing !== undefined)('a session', () => {
  it('that cannot be kept says whether there is no room or no leave', async () => {
    const saves = async (page: Page): Promise<void> => {
      await page.getByRole('button', { name: 'Open and save' }).click()
      await page.getByRole('button', { name: 'Save this one' }).click()
    }
    const full = await site.visit()
    await full.evaluate(() => {
      for (let size = 1 << 22; size >= 1; size >>= 1) {
        try {
          for (let i = 0; ; i++) localStorage.setItem(`${size} ${i}`, ' '.repeat(size))
        } catch {}
      }
    })
    await saves(full)
    await full.getByRole('dialog').getByText('This browser keeps no more').waitFor()
    await full.context().close()
    const denied = await site.visit({ goes: false })
    await denied.addInitScript(() => {
      const get = (): never => {
        throw new DOMException('denied', 'SecurityError')
      }
      for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, name, { get })
    })
    await denied.goto(site.url)
    await isPlaying(denied)
    await saves(denied)
    await denied.getByRole('dialog').getByText('lets the page keep nothing').waitFor()
    await denied.context().close()
  })
})
