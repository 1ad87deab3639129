/** The main states as pictures for the README: written where SCREENSHOTS is set, and looked at before they are committed. */
import { fileURLToPath } from 'node:url'
import type { Page } from '@chainrule/testing-browser'
import { describe, expect, it } from 'vitest'
import { missing, site, type VisitOptions } from './support/site.ts'

const writes = process.env['SCREENSHOTS'] !== undefined

interface Picture {
  readonly name: string
  readonly visit?: VisitOptions
  readonly make: (page: Page) => Promise<void>
}

const learn = async (page: Page): Promise<void> => {
  await page.getByLabel('Speed').selectOption('as fast as it goes')
  await page.getByText('trained 400 epochs').waitFor()
  await page.locator('.plot canvas').waitFor()
}

const pictures: readonly Picture[] = [
  { name: 'learnt', make: learn },
  { name: 'dark', visit: { scheme: 'dark' }, make: learn },
  {
    name: 'inspector',
    // Matrices are painted where they are seen.
    visit: { size: { width: 1440, height: 3240 } },
    make: async (page) => {
      await page.getByRole('button', { name: 'Pause' }).click()
      await page.getByRole('button', { name: 'See every gradient' }).click()
      await page.locator('.equation .katex').first().waitFor()
    },
  },
  {
    name: 'problem',
    make: async (page) => {
      await page
        .locator('.cm-content')
        .fill('data synthetic circle(points=200)\n\ndense 8 rellu -> dense 3\n')
      await page.getByText('unknown activation `rellu`').first().waitFor()
      await page.locator('.cm-lintRange-error').first().waitFor()
    },
  },
  {
    name: 'own-data',
    make: async (page) => {
      await page.getByRole('button', { name: 'Your data…' }).click()
      const rows = Array.from({ length: 12 }, (_, i) => `${50 + 7 * i},${i % 4},${150 + 20 * i}`)
      await page.getByLabel('or paste rows').fill(['area,rooms,price', ...rows].join('\n'))
      await page.getByText('12 rows').waitFor()
    },
  },
  {
    name: 'digits',
    make: async (page) => {
      await page.getByLabel('Speed').selectOption('as fast as it goes')
      await page.getByRole('button', { name: 'Digits' }).click()
      await page.getByText('trained 12 epochs').waitFor()
      const box = await page.getByRole('img', { name: /A pad/ }).boundingBox()
      if (box === null) throw new Error('no pad')
      const seven = [
        [0.25, 0.2],
        [0.5, 0.2],
        [0.75, 0.2],
        [0.6, 0.5],
        [0.45, 0.85],
      ] as const
      for (const [i, [x, y]] of seven.entries()) {
        await page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 4 })
        if (i === 0) await page.mouse.down()
      }
      await page.mouse.up()
      await page.locator('.verdict').waitFor()
    },
  },
  { name: 'phone', visit: { size: { width: 390, height: 844 } }, make: learn },
]

/** Texts that are wider than what holds them, and controls over each other. */
function crowded(): string[] {
  const found: string[] = []
  for (const element of document.querySelectorAll<HTMLElement>(
    'button, h1, h2, label, output, td, th',
  )) {
    const { clientWidth, scrollWidth } = element
    const isHidden = element.closest('.cm-editor') !== null || clientWidth === 0
    if (
      !isHidden &&
      scrollWidth > clientWidth + 1 &&
      getComputedStyle(element).overflow !== 'hidden'
    )
      found.push(`${element.tagName} ${element.textContent?.slice(0, 40)} is cut off`)
  }
  const buttons = [...document.querySelectorAll<HTMLElement>('button')].map((button) => ({
    button,
    box: button.getBoundingClientRect(),
  }))
  for (const [i, { button, box }] of buttons.entries()) {
    if (box.width === 0 || button.closest('dialog:not([open])') !== null) continue
    for (const other of buttons.slice(i + 1)) {
      const isOver =
        other.box.width > 0 &&
        box.left < other.box.right - 1 &&
        other.box.left < box.right - 1 &&
        box.top < other.box.bottom - 1 &&
        other.box.top < box.bottom - 1
      const sameLayer = button.closest('dialog') === other.button.closest('dialog')
      if (isOver && sameLayer && !button.contains(other.button))
        found.push(`${button.textContent} and ${other.button.textContent} overlap`)
    }
  }
  return found
}

describe.skipIf(missing !== undefined)('nothing overlaps or is cut off', () => {
  it.each(pictures)('$name', async ({ name, visit, make }) => {
    const page = await site.visit(visit)
    await page.locator('.progress[data-status=playing]').waitFor()
    await make(page)
    // The head of the page stays over what is scrolled.
    await page.evaluate(() => scrollTo(0, 0))
    expect(await page.evaluate(crowded)).toEqual([])
    const path = fileURLToPath(new URL(`../screenshots/${name}.jpg`, import.meta.url))
    if (writes)
      await page.screenshot({ path, quality: 80, type: 'jpeg', fullPage: name !== 'own-data' })
    await page.context().close()
  })
})
