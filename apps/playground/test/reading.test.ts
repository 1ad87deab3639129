/** That a text is being read is told where it takes longer than a moment. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isReading, tellWhenLong } from '../src/state/reading.ts'

beforeEach(() => {
  vi.useFakeTimers()
  isReading.value = false
})
afterEach(() => vi.useRealTimers())

const after = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

describe('a reading', () => {
  it('of a moment is not told of', async () => {
    const seen: boolean[] = []
    const stop = isReading.subscribe((value) => seen.push(value))
    void tellWhenLong(after(200), () => true)
    await vi.advanceTimersByTimeAsync(1000)
    stop()
    expect(seen).toEqual([false])
  })

  it('that takes longer is told of until it is over, however it ends', async () => {
    const failing = tellWhenLong(
      after(2000).then(() => Promise.reject(new Error('lost'))),
      () => true,
    ).catch(() => 'failed')
    await vi.advanceTimersByTimeAsync(299)
    expect(isReading.value).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(isReading.value).toBe(true)
    await vi.advanceTimersByTimeAsync(1700)
    expect(await failing).toBe('failed')
    expect(isReading.value).toBe(false)
  })

  it('that another follows is over with that one', async () => {
    void tellWhenLong(after(1000), () => false)
    await vi.advanceTimersByTimeAsync(900)
    void tellWhenLong(after(1000), () => true)
    await vi.advanceTimersByTimeAsync(200)
    expect(isReading.value).toBe(true)
    await vi.advanceTimersByTimeAsync(800)
    expect(isReading.value).toBe(false)
  })
})
