/** Whether a text is being read for longer than a moment, while the page shows what became of the one before. */
import { signal } from '@preact/signals'

export const isReading = signal(false)

/** What is read in less is there before a word of it could be read, in ms. */
const moment = 300

/** Tells of a reading that takes long. `isLast`: no other has followed, which then tells when it is over. */
export async function tellWhenLong<T>(reading: Promise<T>, isLast: () => boolean): Promise<T> {
  const timer = setTimeout(() => (isReading.value = true), moment)
  try {
    return await reading
  } finally {
    clearTimeout(timer)
    if (isLast()) isReading.value = false
  }
}
