/** The site is built and served once for all files of tests. */
import { fileURLToPath } from 'node:url'
import { build, preview } from 'vite'
import type { TestProject } from 'vitest/node'

const root = fileURLToPath(new URL('../..', import.meta.url))

declare module 'vitest' {
  interface ProvidedContext {
    readonly site: string
  }
}

export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  // As it is published; vitest has it at `test`.
  process.env['NODE_ENV'] = 'production'
  // A place of its own: the task `build` may write `dist` at the same time.
  const to = { root, logLevel: 'error', build: { outDir: '.results/site' } } as const
  await build(to)
  const server = await preview({ ...to, preview: { host: '127.0.0.1', port: 0 } })
  provide('site', server.resolvedUrls?.local[0] ?? '')
  return () => server.close()
}
