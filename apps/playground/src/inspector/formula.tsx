/** A formula, whose symbols can be pointed at. */
import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

const setter = signal<((host: HTMLElement, latex: string) => void) | undefined>(undefined)

async function loadKatex(): Promise<void> {
  const { setFormula } = await import('./katex.ts')
  setter.value = setFormula
}

export interface FormulaProps {
  /** With `\htmlData{symbol=i}{…}` about what may be pointed at. */
  readonly latex: string
  /** The symbol that is pointed at elsewhere. */
  readonly symbol?: number | undefined
  readonly onSymbol?: (symbol: number | undefined) => void
}

export function Formula({ latex, symbol, onSymbol }: FormulaProps) {
  const host = useRef<HTMLSpanElement>(null)
  const set = setter.value
  useEffect(() => {
    if (set === undefined) void loadKatex()
    else if (host.current !== null) set(host.current, latex)
  }, [set, latex])
  useEffect(() => {
    for (const part of host.current?.querySelectorAll<HTMLElement>('[data-symbol]') ?? [])
      part.classList.toggle('pointed', part.dataset['symbol'] === String(symbol))
  }, [set, latex, symbol])
  return (
    <span
      class="formula"
      ref={host}
      onPointerMove={({ target }) => onSymbol?.(symbolAt(target))}
      onPointerLeave={() => onSymbol?.(undefined)}
    />
  )
}

function symbolAt(target: EventTarget | null): number | undefined {
  if (!(target instanceof Element)) return undefined
  const found = target.closest<HTMLElement>('[data-symbol]')?.dataset['symbol']
  return found === undefined ? undefined : Number(found)
}
