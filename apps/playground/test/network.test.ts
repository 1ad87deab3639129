/** The picture of the network: where boxes stand, and what a visitor reads and changes in it. */
import { describe, expect, it } from 'vitest'
import { edgeKey, type LayoutNode, layeredLayout } from '../src/network/layered-layout.ts'
import { sceneOf } from '../src/network/scene.ts'
import type { NetworkView, NodeView } from '../src/worker/protocol.ts'
import { stepOf, weightsOf } from './support/experiment.ts'
import { missing, site } from './support/site.ts'

/** Numbers from 0 to 1, the same each time. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32
    return state / 2 ** 32
  }
}

/** A graph in which every node but the first reads some of those before it. */
function randomGraph(seed: number): LayoutNode[] {
  const next = numbers(seed)
  return Array.from({ length: 2 + Math.floor(next() * 18) }, (_, i) => ({
    id: `n${i}`,
    width: 40 + Math.floor(next() * 60),
    height: 30 + Math.floor(next() * 120),
    from: Array.from(
      { length: i === 0 ? 0 : 1 + Math.floor(next() * 3) },
      () => `n${Math.floor(next() * i)}`,
    ),
  }))
}

describe('the layout', () => {
  const gaps = { rank: 40, lane: 10 }

  it.each(Array.from({ length: 60 }, (_, seed) => [seed + 1]))(
    'puts readers to the right of what they read, and nothing over another: graph %i',
    (seed) => {
      const nodes = randomGraph(seed)
      const layout = layeredLayout(nodes, gaps)
      const boxes = nodes.map(({ id, width, height, from }) => {
        const placed = layout.nodes.get(id)
        if (placed === undefined) throw new Error(`${id} has no place`)
        return {
          id,
          from,
          left: placed.x,
          top: placed.y,
          right: placed.x + width,
          bottom: placed.y + height,
          ...placed,
        }
      })
      for (const box of boxes) {
        expect(box.left).toBeGreaterThanOrEqual(0)
        expect(box.right).toBeLessThanOrEqual(layout.width + 1e-6)
        expect(box.top).toBeGreaterThanOrEqual(-1e-6)
        expect(box.bottom).toBeLessThanOrEqual(layout.height + 1e-6)
        for (const source of box.from) {
          const read = boxes.find(({ id }) => id === source)
          expect(read?.right, `${source} before ${box.id}`).toBeLessThanOrEqual(box.left)
        }
        for (const other of boxes) {
          if (other.id === box.id || other.rank !== box.rank) continue
          const isApart = other.top >= box.bottom - 1e-6 || other.bottom <= box.top + 1e-6
          expect(isApart, `${box.id} beside ${other.id}`).toBe(true)
        }
        // A line past a rank goes through none of its boxes.
        for (const through of [...layout.lanes].filter(([key]) => !key.includes(box.id))) {
          for (const { x, y } of through[1]) {
            const isInside = x > box.left && x < box.right && y > box.top && y < box.bottom
            expect(isInside, `${through[0]} through ${box.id}`).toBe(false)
          }
        }
      }
    },
  )

  it('keeps a chain in one line, and gives a skip connection a lane of its own', () => {
    const node = (id: string, ...from: string[]): LayoutNode => ({
      id,
      width: 50,
      height: 40,
      from,
    })
    const chain = layeredLayout([node('a'), node('b', 'a'), node('c', 'b')], gaps)
    const heights = [...chain.nodes.values()].map(({ y }) => Math.round(y))
    expect(new Set(heights).size).toBe(1)
    const skip = layeredLayout([node('a'), node('b', 'a'), node('c', 'b', 'a')], gaps)
    expect(skip.lanes.get(edgeKey('a', 'c'))).toHaveLength(2)
    expect(skip.lanes.get(edgeKey('a', 'b'))).toEqual([])
  })
})

describe('the picture', () => {
  const layer = (name: string, from: string, units: number): NodeView => ({
    ...{ name, from: [from], layer: 'dense', instance: name, activation: 'tanh' },
    shape: [units],
    parameters: [{ name: 'weight', shape: [units, units] }],
    span: undefined,
  })
  const sizes = [16, 8, 2]
  const network: NetworkView = {
    inputs: [{ name: 'input', shape: [2], features: ['x1', 'x2'] }],
    nodes: sizes.map((units, i) => layer(`dense${i + 1}`, i === 0 ? '@input' : `dense${i}`, units)),
    heads: [],
    parameters: 202,
  }

  // What a panel has inside on a phone of 390 pixels, on a tablet and on a desk.
  it.each([334, 440, 560])('of the first text fits into %i pixels', (room) => {
    const { width, boxes } = sceneOf(network, 'pictures', room)
    expect(width).toBeLessThanOrEqual(room)
    for (const box of boxes) expect(box.x + box.width).toBeLessThanOrEqual(width)
  })
})

describe.skipIf(missing !== undefined)('the network in the page', () => {
  it('that is wider than the page says so', async () => {
    const page = await site.visit({ size: { width: 390, height: 844 } })
    await page
      .locator('.cm-content')
      .fill('data synthetic circle\ndense 8 tanh -> repeat 9 { dense 8 tanh } -> dense 2\n')
    await page.getByText('scroll it sideways').waitFor()
    // Names of a repeated block differ in their ends.
    await page.getByText('…', { exact: false }).first().waitFor()
    const titles = await page.locator('button.box-title b').allTextContents()
    expect(new Set(titles).size).toBe(titles.length)
    await page.context().close()
  })

  it('reads a weight where its line is, and changes it while the training runs', async () => {
    const page = await site.visit()
    const told = page.locator('.pointed-at')
    const canvas = page.locator('.network-canvas canvas')
    await page.getByLabel('Speed').selectOption('5 steps a second')
    // With the first frame units are drawn one by one.
    await page.getByText('Point at a unit or a line').waitFor()
    // Just to the right of the first feature, where its lines begin.
    const start = await page.getByText('@input', { exact: true }).boundingBox()
    const box = await canvas.boundingBox()
    if (start === null || box === null) throw new Error('the network is not drawn')
    const x = start.x + start.width + 3 - box.x
    let reading = ''
    let y = 0
    while (!/^dense1\.weight/.test(reading) && y < box.height) {
      y += 3
      await canvas.hover({ position: { x, y } })
      reading = (await told.textContent()) ?? ''
    }
    const [, unit, input] = /^dense1\.weight\[(\d+), (\d)\] = /.exec(reading) ?? []
    await canvas.click({ position: { x, y } })
    const editor = page.getByRole('group', { name: 'Change a weight' })
    expect(await editor.getByLabel('Unit').inputValue()).toBe(unit)
    expect(await editor.getByLabel('Input').inputValue()).toBe(input)
    // Pressing the line leads to its value, which is typed while frames come in.
    await page.locator('input.value:focus').waitFor()
    // However many frames come in before and between the keys.
    await page.waitForTimeout(700)
    await page.keyboard.type('-3.25', { delay: 60 })
    await page.keyboard.press('Enter')
    await canvas.hover({ position: { x, y } })
    await page.getByText(`dense1.weight[${unit}, ${input}] = -3.`).waitFor()
    const before = Number(await page.locator('.progress b').nth(1).textContent())
    await page.waitForFunction(
      (step) => Number(document.querySelectorAll('.progress b')[1]?.textContent) > step,
      before,
    )
    await page.context().close()
  })

  it('changes a weight of a network too wide to be drawn unit by unit, while it runs', async () => {
    const page = await site.visit()
    await page.getByLabel('Speed').selectOption('5 steps a second')
    await page
      .locator('.cm-content')
      .fill('data synthetic spiral\ndense 100 tanh -> dense 100 tanh -> dense 2\n')
    const editor = page.getByRole('group', { name: 'Change a weight' })
    await editor.getByLabel('Parameter').selectOption('dense2.weight')
    await editor.getByLabel('Unit').fill('7')
    await editor.getByLabel('Input').fill('93')
    const value = editor.getByLabel('Value of dense2.weight')
    const weight = async (): Promise<number | undefined> =>
      (await weightsOf(page))['dense2.weight']?.[7 * 100 + 93]
    const shown = async (): Promise<number> => Number(await value.inputValue())
    // It is that element's, and follows the training.
    await expect.poll(shown).not.toBe(0)
    expect(Math.abs((await shown()) - ((await weight()) ?? 0))).toBeLessThan(0.02)
    const first = await shown()
    await expect.poll(shown, { timeout: 10_000 }).not.toBe(first)
    await value.fill('-3.25')
    await page.keyboard.press('Enter')
    await expect.poll(weight).toBeLessThan(-3)
    await value.blur()
    await expect.poll(shown).toBeLessThan(-3)
    const before = await stepOf(page)
    await expect.poll(() => stepOf(page)).toBeGreaterThan(before)
    await page.getByRole('button', { name: 'Pause' }).click()
    await editor.getByRole('button', { name: 'Set to 0' }).click()
    await expect.poll(shown).toBe(0)
    expect(await weight()).toBe(0)
    await page.context().close()
  })

  it('chooses a layer by keyboard, and is there as a table', async () => {
    const page = await site.visit()
    const second = page.locator('button.box-title', { hasText: 'dense2' })
    await second.focus()
    await page.keyboard.press('Enter')
    await page.locator('button.box-title[aria-pressed=true]', { hasText: 'dense2' }).waitFor()
    await page.getByRole('button', { name: 'As a table' }).click()
    await page.getByRole('rowheader', { name: 'dense2' }).waitFor()
    await page.context().close()
  })

  it('draws branches, skip connections and wide layers with the means of their units', async () => {
    const page = await site.visit()
    await page.locator('.cm-content').fill(
      `data synthetic circle(points=60, noise=0.1)
branch {
  dense 40 relu
  dense 8 tanh -> dense 30
} -> concat axis=-1 -> residual { norm -> dense 70 relu } -> dense 2
`,
    )
    await page.locator('button.box-title', { hasText: 'concat1' }).waitFor()
    await page.locator('.network-canvas').getByText('cross-entropy').waitFor()
    const canvas = page.locator('.network-canvas canvas')
    const box = await page.locator('button.box-title', { hasText: 'dense1' }).boundingBox()
    const all = await canvas.boundingBox()
    if (box === null || all === null) throw new Error('the network is not drawn')
    const position = { x: box.x - all.x + box.width / 2, y: box.y - all.y + box.height + 30 }
    await canvas.hover({ position })
    await page.getByText(/^dense1\[\d+\]: .*mean -?[\d.e-]+/).waitFor()
    await page.context().close()
  })
})
