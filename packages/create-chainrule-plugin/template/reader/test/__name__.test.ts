import { readFileSync } from 'node:fs'
import { describeReader } from '@chainrule/testing'
import { describe, expect, it } from 'vitest'
import { __identifier__ } from '../src/index.js'

// A file for each of its options, with what it holds; a line of `refuses` for each mistake that it tells.
describeReader({ describe, it }, __identifier__, {
  cases: [
    { file: '# x y\n1 2.5\n? -3e2\n', columns: { x: [1, null], y: [2.5, -300] } },
    { options: { separator: 'comma' }, file: '# x,y\r\n1, 2', columns: { x: [1], y: [2] } },
  ],
  refuses: [
    { file: '1 2\n', says: 'line 1: no names' },
    { file: '# x x\n1 2\n', says: 'line 1: a name stands there twice' },
    { file: '# x y\n1\n', says: 'line 2: 1 numbers, and 2 names' },
    { file: '# x y\n1 a\n', says: 'line 2: `a` is no number' },
    { file: '# x y\n', says: 'there is no row' },
  ],
})

it('reads the example', () => {
  const bytes = readFileSync('example.dat')
  const { y } = __identifier__.with({ separator: 'space' }).read({ name: 'example.dat', bytes })
  expect(y).toHaveLength(60)
})
