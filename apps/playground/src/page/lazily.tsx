/** A component of a chunk of its own: nothing stands in its place until that is there. */
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

export function lazily(load: () => Promise<ComponentType>): ComponentType {
  return function Lazy() {
    const [found, find] = useState<{ readonly Component: ComponentType } | undefined>(undefined)
    useEffect(() => {
      void load().then((Component) => find({ Component }))
    }, [])
    return found === undefined ? null : <found.Component />
  }
}
