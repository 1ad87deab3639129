/** What the page's main thread did, in processor time: that of the clock depends on what else the machine does. */
import type { Page } from '@chainrule/testing-browser'

interface TraceEvent {
  readonly ph: string
  readonly name: string
  readonly pid: number
  readonly tid: number
  readonly args: { readonly name?: string }
  /** Microseconds of the processor. */
  readonly tdur?: number
}

/** The longest task of the main thread while something is done, in milliseconds. */
export async function longestTask(page: Page, work: () => Promise<void>): Promise<number> {
  const browser = page.context().browser()
  if (browser === null) throw new Error('the page has no browser')
  const client = await browser.newBrowserCDPSession()
  const events: TraceEvent[] = []
  client.on('Tracing.dataCollected', ({ value }) =>
    events.push(...(value as unknown as readonly TraceEvent[])),
  )
  await client.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', '__metadata'] },
  })
  const complete = new Promise((resolve) => client.once('Tracing.tracingComplete', resolve))
  try {
    await work()
  } finally {
    // One trace at a time: the next one is not to fail for this one.
    await client.send('Tracing.end')
    await complete
    await client.detach()
  }
  const placeOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`
  const mains = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(placeOf),
  )
  const tasks = events.filter(
    (event) => event.ph === 'X' && event.name.endsWith('RunTask') && mains.has(placeOf(event)),
  )
  if (tasks.length < 10) throw new Error(`only ${tasks.length} tasks were traced`)
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000
}
