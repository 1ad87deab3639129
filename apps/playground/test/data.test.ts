/** What is learnt is chosen by clicks, and stands in the text. */
import { gzipSync } from 'node:zlib'
import type { Page } from '@chainrule/testing-browser'
import { describe, expect, it } from 'vitest'
import { missing, site } from './support/site.ts'

const textOf = (page: Page): Promise<string> => page.evaluate(() => window.chainrule.text)
const until = (page: Page, part: string) =>
  page.waitForFunction((wanted) => window.chainrule.text.includes(wanted), part)

/** Moves a slider by keys, as a visitor may. */
async function slide(page: Page, name: string, key: string, times = 1): Promise<void> {
  const slider = page.getByRole('slider', { name })
  await slider.focus()
  for (let i = 0; i < times; i++) await slider.press(key)
}

describe.skipIf(missing !== undefined)('controls', () => {
  it('change the text, and undo takes that back', async () => {
    const page = await site.visit()
    await page.getByRole('slider', { name: 'noise' }).waitFor()
    const before = await textOf(page)
    await slide(page, 'noise', 'ArrowRight')
    await until(page, 'noise=0.15')
    await slide(page, 'learning rate', 'ArrowLeft')
    await until(page, 'lr=5e-3'.replace('5e-3', '0.005'))
    await page.getByRole('slider', { name: 'batch' }).press('ArrowRight')
    await until(page, 'batch=64')
    expect(await textOf(page)).toBe(
      before.replace('noise=0.1', 'noise=0.15').replace('lr=0.01', 'lr=0.005').replace('32', '64'),
    )
    const undo = page.getByRole('button', { name: 'Undo' })
    while ((await textOf(page)) !== before) await undo.click()
    await page.locator('.slider', { hasText: 'noise' }).getByText('0.1', { exact: true }).waitFor()
    await page.context().close()
  })

  it('follow the text', async () => {
    const page = await site.visit()
    await page
      .locator('.cm-content')
      .fill('data synthetic gauss(points=50, classes=3)\ndense 3\noptimizer sgd lr=0.3\nseed 12\n')
    const knobs = page.locator('.knobs')
    await knobs.locator('.slider', { hasText: 'classes' }).getByText('3').waitFor()
    await knobs.locator('.slider', { hasText: 'points' }).getByText('50').waitFor()
    expect(await page.getByLabel('seed', { exact: true }).inputValue()).toBe('12')
    expect(await page.getByRole('button', { name: 'gauss' }).getAttribute('aria-pressed')).toBe(
      'true',
    )
    const seed = page.getByLabel('seed', { exact: true })
    await seed.fill('-1')
    await seed.blur()
    await page.getByText('is needed; 12 is kept').waitFor()
    await page.locator('.cm-content').fill('data synthetic gauss\ndense 2\nseed 13\n')
    await page.getByText('is needed; 12 is kept').waitFor({ state: 'hidden' })
    await page.context().close()
  })

  it('take another generator, for which the last layer is made to fit', async () => {
    const page = await site.visit()
    const own = (await textOf(page)).replace('dense 8', 'dense 9')
    await page.locator('.cm-content').fill(own)
    await page.getByText('No problems').waitFor()
    await page.getByRole('button', { name: 'plane' }).click()
    await until(page, 'synthetic plane(')
    expect(await textOf(page)).toContain('dense 9 tanh -> dense 1\n')
    await page.getByRole('tab', { name: 'mae' }).waitFor()
    await page.getByText('No problems').waitFor()
    await page.locator('.legend', { hasText: 'high' }).waitFor()
    await slide(page, 'trained on', 'Home')
    await until(page, 'split train=10% validate=90%')
    await page.context().close()
  })
})

describe.skipIf(missing !== undefined)('a generator after a data set', () => {
  it('comes with a text that learns it and says nothing of the set before', async () => {
    const page = await site.visit()
    const first = await textOf(page)
    await page.getByRole('button', { name: 'Digits' }).click()
    await until(page, 'MNIST')
    const rate = page.locator('.slider', { hasText: 'learning rate' })
    await rate.getByText('0.002', { exact: true }).waitFor()
    await slide(page, 'learning rate', 'ArrowRight')
    await until(page, 'lr=0.003')
    await page.getByRole('button', { name: 'spiral' }).click()
    await until(page, 'synthetic spiral')
    expect(await textOf(page)).toBe(first)
    await page.getByRole('button', { name: 'moons' }).click()
    await until(page, '// Two half moons')
    await page.getByText('No problems').waitFor()
    await page.context().close()
  })
})

/** What a visitor reads beside the text itself. */
const saidOf = async (page: Page): Promise<string> =>
  (await page.locator('header, .panel:not(.text), dialog[open]').allInnerTexts()).join('\n')

describe.skipIf(missing !== undefined)('numbers', () => {
  it('are written in one form', async () => {
    const page = await site.visit()
    await page
      .locator('.cm-content')
      .fill(
        'data synthetic plane(points=3000, noise=2000) {\n  scale none\n  split train=40% validate=60%\n}\ndense 900 relu -> dense 1\ntrain epochs=1500 batch=1024\n',
      )
    await page.getByText('1,200 to train on, 1,800 to validate').waitFor()
    await page.getByText(/validation \d,\d{3},\d{3}/).waitFor()
    const said = await saidOf(page)
    expect(said).toMatch(/batch\s+1,024/)
    expect(said.match(/(?<![\d.])\d{4,}/g)).toBeNull()
    await page.context().close()
  })
})

const csv = [
  'name,"floor, area",rooms,heated,price',
  '"Smith ""the"" Elder",80,3,yes,250',
  '"two\nlines",120.5,4,no,410',
  ...Array.from({ length: 60 }, (_, i) => {
    const [area, rooms] = [50 + ((i * 37) % 90), 1 + (i % 5)]
    return `n${i},${i % 9 === 0 ? '' : area},${rooms},${i % 2 ? 'yes' : 'no'},${3 * area + 10 * rooms}`
  }),
].join('\n')

const eight = Array.from({ length: 8 }, (_, i) => i)
const records = eight.map((i) => JSON.stringify({ a: i, b: i % 2 ? 'y' : 'x' }))

describe.skipIf(missing !== undefined)('data of one’s own', () => {
  it('come by file, with quotes and missing values, and leave the page for nowhere', async () => {
    const page = await site.visit()
    const elsewhere: string[] = []
    page.on('request', (request) => {
      if (request.method() !== 'GET' || !/^(blob:|http:\/\/127\.0\.0\.1)/.test(request.url()))
        elsewhere.push(request.url())
    })
    await page.getByRole('button', { name: 'Your data…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Your data' })
    const file = { name: 'houses.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) }
    await dialog.locator('input[type=file]').setInputFiles(file)
    await dialog.getByText('62 rows').waitFor()
    const rows = await dialog.locator('tbody tr').allTextContents()
    expect(rows).toEqual([
      'namecategorySmith "the" Elder, two\nlines, n0',
      'floor, areanumber780, 120.5, 87',
      'roomsinteger3, 4, 1',
      'heatedbooleanyes, no',
      'priceinteger250, 410, 160',
    ])
    expect(await dialog.getByRole('radio', { name: 'Predict price' }).isChecked()).toBe(true)
    await dialog.getByRole('radio', { name: 'Predict heated' }).click()
    await dialog.getByRole('radio', { name: 'Predict price' }).click()
    await dialog.getByRole('button', { name: 'Train on it' }).click()
    await until(page, 'data csv "houses.csv"')
    await page.getByRole('tab', { name: 'r2' }).click()
    await page.locator('.figures', { hasText: 'validation' }).waitFor()
    expect(await textOf(page)).toContain('target price')
    expect(elsewhere).toEqual([])
    await page.context().close()
  })

  it.each([
    ['records', `[${records.join(',')}]`, ['ainteger', 'bcategory']],
    [
      'rows',
      ` [${eight.map((i) => `[${i}, "${'xy'[i % 2]}"]`)}]`,
      ['column1integer', 'column2category'],
    ],
    ['a record a line', records.join('\n'), ['ainteger', 'bcategory']],
  ])('come by paste as JSON: %s', async (_, pasted, columns) => {
    const page = await site.visit()
    await page.getByRole('button', { name: 'Your data…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Your data' })
    await dialog.getByLabel('or paste rows').fill(pasted)
    await dialog.getByText('8 rows').waitFor()
    const rows = await dialog.locator('tbody tr').allTextContents()
    expect(rows.map((row, i) => row.startsWith(columns[i] ?? '?'))).toEqual([true, true])
    await dialog.getByRole('button', { name: 'Train on it' }).click()
    await until(page, 'data json "pasted.json"')
    await page.getByText('No problems').waitFor()
    await page.context().close()
  })

  it('come by paste as JSON that breaks off, and say where', async () => {
    const page = await site.visit()
    await page.getByRole('button', { name: 'Your data…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Your data' })
    await dialog.getByLabel('or paste rows').fill('[{"a": 1},\n {"a": 2')
    await dialog.getByRole('alert').getByText('pasted.json:2: the JSON breaks off').waitFor()
    await page.context().close()
  })

  it('come by a file that is packed, or has a record a line', async () => {
    const page = await site.visit()
    await page.getByRole('button', { name: 'Your data…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Your data' })
    const buffer = gzipSync(Buffer.from(records.join('\n')))
    const file = { name: 'few.ndjson.gz', mimeType: '', buffer }
    await dialog.locator('input[type=file]').setInputFiles(file)
    await dialog.getByText('8 rows').waitFor()
    await dialog.getByRole('button', { name: 'Train on it' }).click()
    await until(page, 'data json "few.ndjson.gz"')
    await page.getByText('No problems').waitFor()
    await page.context().close()
  })

  it('come by paste, and what is wrong with them is told with its line', async () => {
    const page = await site.visit()
    await page.getByRole('button', { name: 'Your data…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Your data' })
    await dialog.getByLabel('or paste rows').fill('a,b\n1,2\n3\n')
    await dialog.getByRole('alert').getByText('pasted.csv:3').waitFor()
    await dialog.getByLabel('or paste rows').fill('a,b\n1,2\n3,5\n2,4\n5,7')
    await dialog.getByText('4 rows').waitFor()
    expect(await dialog.getByRole('alert').count()).toBe(0)
    await dialog.getByLabel('or paste rows').fill('a\n1\n2\n3')
    await dialog.getByRole('alert').getByText('There is one column').waitFor()
    expect(await dialog.getByRole('button', { name: 'Train on it' }).count()).toBe(0)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await page.context().close()
  })
})

/** It takes a while to be read. */
const hugeFile = (count: number): { name: string; mimeType: string; buffer: Buffer } => {
  const rows = Array.from({ length: count }, (_, i) => {
    const [a, b] = [(i * 7919) % 10_007, (i * 104_729) % 9973]
    return `${a / 8},${b / 16},${(a * b) % 1013},${a - b},${a / 8 + b / 4}`
  })
  const buffer = Buffer.from(`a,b,c,d,e\n${rows.join('\n')}`)
  return { name: 'huge.csv', mimeType: 'text/csv', buffer }
}

describe.skipIf(missing !== undefined)('data that are long in coming', () => {
  it('leave what stands there marked as that of the text before', async () => {
    const page = await site.visit()
    await page.locator('.progress[data-status=playing]').waitFor()
    let come = (): void => {}
    const wanted = new Promise<void>((resolve) => {
      come = resolve
    })
    let asked = 0
    // The worker that checks asks first, the one that trains a little later.
    await page.context().route('**/iris.csv', async (route) => {
      if (++asked > 1) await wanted
      await route.continue()
    })
    await page.getByRole('button', { name: 'Iris' }).click()
    const said = 'Reading the text and its data …: this is the model of the text before.'
    await page.locator('.output.is-stale').getByText(said).waitFor()
    await page
      .locator('.network.is-stale')
      .getByText('the numbers of this network follow')
      .waitFor()
    come()
    await page.getByText('105 to train on').waitFor()
    expect(await page.locator('.is-stale').count()).toBe(0)
    await page.context().close()
  })
})

describe.skipIf(missing !== undefined)('a huge table of one’s own', () => {
  it('is said to be read', async () => {
    const page = await site.visit()
    await page.getByRole('button', { name: 'Your data…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Your data' })
    await dialog.locator('input[type=file]').setInputFiles(hugeFile(200_000))
    await dialog.getByRole('status').getByText('Reading huge.csv …').waitFor()
    await dialog.getByText('200,000 rows').waitFor()
    expect(await dialog.getByRole('status').textContent()).toBe('')
    await dialog.getByRole('button', { name: 'Train on it' }).click()
    await page.getByText('140,000 to train on').waitFor()
    await page.context().close()
  })

  it('gives way to what is chosen meanwhile, and is forgotten when the dialogue is closed', async () => {
    const page = await site.visit()
    await page.getByRole('button', { name: 'Your data…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Your data' })
    const [huge, input] = [hugeFile(100_000), dialog.locator('input[type=file]')]
    await input.setInputFiles(huge)
    await dialog.getByText('Reading huge.csv …').waitFor()
    await input.setInputFiles({ name: 'small.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
    await dialog.getByText('Reading small.csv …').waitFor()
    await dialog.getByText('62 rows').waitFor()
    await input.setInputFiles(huge)
    await dialog.getByText('Reading huge.csv …').waitFor()
    expect(await dialog.getByText('rows').count()).toBe(1)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Your data…' }).click()
    await dialog.getByLabel('or paste rows').fill('a,b\n1,2\n3,5\n2,4\n5,7')
    await dialog.getByText('pasted.csv: 4 rows').waitFor()
    await page.context().close()
  })
})

describe.skipIf(missing !== undefined)('images', () => {
  it('are shown with what they are taken for, and one can be drawn', async () => {
    const page = await site.visit()
    await page.getByLabel('Speed').selectOption('as fast as it goes')
    await page.getByRole('button', { name: 'Digits' }).click()
    await page.getByText('trained 12 epochs').waitFor()
    const said = await page.getByText(/of these 24 images are told right/).textContent()
    expect(Number(/^\d+/.exec(said ?? ''))).toBeGreaterThan(16)
    const pad = page.getByRole('img', { name: /A pad/ })
    const box = await pad.boundingBox()
    if (box === null) throw new Error('no pad')
    const place = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const
    // A one.
    await page.mouse.move(...place(0.5, 0.15))
    await page.mouse.down()
    for (let i = 1; i <= 10; i++) await page.mouse.move(...place(0.5 - 0.005 * i, 0.15 + 0.07 * i))
    await page.mouse.up()
    await page.locator('.verdict', { hasText: 'This is a 1' }).waitFor()
    expect(await page.locator('.shares li').count()).toBe(10)
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByText('Draw a digit here').waitFor()
    // And another by keyboard: nothing is drawn on the way to where it begins.
    const keys = page.getByRole('button', { name: /arrow keys move the pen, Space/ })
    await keys.focus()
    const press = async (key: string, times: number): Promise<void> => {
      for (let i = 0; i < times; i++) await page.keyboard.press(key)
    }
    await press('ArrowUp', 10)
    expect(await page.getByText('Draw a digit here').count()).toBe(1)
    await press('Space', 1)
    await press('ArrowDown', 20)
    await press('Space', 1)
    await page.locator('.verdict', { hasText: 'This is a 1' }).waitFor()
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByText('Draw a digit here').waitFor()
    await page.context().close()
  })
})
