/** The article before what is only known when it is shown. */
import { expect, it } from 'vitest'
import { article } from '../src/page/article.ts'

it.each([
  ['8', 'an'],
  ['11', 'an'],
  ['18', 'an'],
  ['80', 'an'],
  ['8,000', 'an'],
  ['11 × 3', 'an'],
  ['18000', 'an'],
  ['0', 'a'],
  ['1', 'a'],
  ['7', 'a'],
  ['10', 'a'],
  ['110', 'a'],
  ['180', 'a'],
  ['iris', 'an'],
  ['one', 'a'],
  ['setosa', 'a'],
])('stands before %s', (word, expected) => {
  expect(article(word)).toBe(expected)
})
