/** What a curious visitor, and the page's tests, find in the browser's console: `await chainrule.inspect()`. */
import { frame, inspect, setWeight, text } from './playground.ts'

export const consoleTools = {
  /** Everything of the next batch, or of the rows that are named. */
  inspect,
  setWeight,
  get text(): string {
    return text.value
  },
  get frame() {
    return frame.value
  },
}

declare global {
  interface Window {
    chainrule: typeof consoleTools
  }
}
