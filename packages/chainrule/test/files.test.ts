/** Files are written whole or not at all, and nothing else in the folder is touched. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { writeWhole } from '../src/files.ts'
import { folder } from './support/cli.ts'

const bytes = new TextEncoder().encode('weights')

// A temporary name that is longer than the final one lost a trained model at the last step.
test('a name of 255 bytes is written', () => {
  const place = folder()
  const name = `${'m'.repeat(243)}.safetensors`
  writeWhole(place.file(name), bytes)
  expect(readFileSync(place.file(name), 'utf8')).toBe('weights')
  expect(readdirSync(place.path)).toEqual([name])
})

test('what another process left is neither written over nor removed', () => {
  const place = folder()
  const left = [`.model.${process.pid}.part`, `.chainrule-${process.pid}-0.part`]
  for (const name of left) writeFileSync(place.file(name), 'of another')
  writeWhole(place.file('model'), bytes)
  mkdirSync(place.file('taken'))
  expect(() => writeWhole(place.file('taken'), bytes)).toThrow(
    expect.objectContaining({
      code: 'output-failed',
      message: `${place.file('taken')} could not be written`,
      help: 'check that there is room and that the folder may be written to',
    }),
  )
  expect(readdirSync(place.path).sort()).toEqual([...left, 'model', 'taken'].sort())
  for (const name of left) expect(readFileSync(place.file(name), 'utf8')).toBe('of another')
})
