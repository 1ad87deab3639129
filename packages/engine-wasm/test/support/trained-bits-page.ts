/** `trained-bits.ts` as a page's script and as a worker's. */
import { train } from './trained-bits.ts'

interface Scope {
  readonly document?: object
  train?: typeof train
  onmessage?: (event: { readonly data: number }) => void
  postMessage(value: unknown): void
}

const scope = globalThis as unknown as Scope

scope.train = train
if (scope.document === undefined) {
  scope.onmessage = ({ data: threads }) => {
    train(threads).then(
      (trained) => scope.postMessage(trained),
      (error: unknown) => scope.postMessage(String(error)),
    )
  }
}
