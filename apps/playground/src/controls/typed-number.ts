/** A number that is typed: what is not allowed is told with what is, and the last good one is kept. */
import { useEffect, useState } from 'preact/hooks'
import { count } from '../page/count.ts'

export interface Allowed {
  readonly least: number
  readonly most: number
  /** Whether it has to be whole. */
  readonly isWhole: boolean
}

/** What has to be typed; nothing where the text is such a number. */
export function problemOf(text: string, allowed: Allowed): string | undefined {
  const { least, most, isWhole } = allowed
  const number = Number(text)
  const fits = number >= least && number <= most && (!isWhole || Number.isInteger(number))
  if (text.trim() !== '' && fits) return undefined
  const kind = isWhole ? 'a whole number' : 'a number'
  return `${kind} from ${spelt(least)} to ${spelt(most)} is needed`
}

const spelt = (value: number): string =>
  Math.abs(value) < 1e12 ? count(value) : value.toPrecision(3)

interface Typed {
  /** What stands in the field. */
  readonly text: string
  readonly problem: string | undefined
  readonly type: (text: string) => void
  /** It was entered, or the field was left: what is not allowed gives way to what was there. */
  readonly finish: () => void
}

/** `isEager`: each number is taken as it is typed; else when it is entered. */
export function useTypedNumber(
  value: number | undefined,
  allowed: Allowed,
  { isEager, onTake }: { readonly isEager: boolean; readonly onTake: (value: number) => void },
): Typed {
  const [draft, setDraft] = useState<string | undefined>(undefined)
  const [problem, setProblem] = useState<string | undefined>(undefined)
  // What was taken stands there until it has come about; a hint says what was kept of a value that is no more.
  useEffect(() => {
    setDraft(undefined)
    setProblem(undefined)
  }, [value])
  /** Whether it is on its way. */
  const take = (text: string): boolean => {
    const wrong = problemOf(text, allowed)
    const isOther = wrong === undefined && Number(text) !== value
    setProblem(wrong === undefined ? undefined : `${wrong}; ${value} is kept`)
    if (isOther) onTake(Number(text))
    return isOther
  }
  return {
    text: draft ?? String(value ?? ''),
    problem,
    type: (text) => {
      setDraft(text)
      if (isEager) take(text)
      else setProblem(undefined)
    },
    finish: () => {
      if (draft === undefined || isEager || !take(draft)) setDraft(undefined)
    },
  }
}
