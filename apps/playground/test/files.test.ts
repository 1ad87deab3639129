/** What the page says of a file that it does not have. */
import { expect, it } from 'vitest'
import { filesSource } from '../src/worker/files.ts'
import type { Files } from '../src/worker/protocol.ts'

const site = Object.fromEntries(
  ['npm:a/a.csv', 'npm:b/b.csv', 'npm:c/c.json', 'npm:d/d.json', 'npm:e/e.gz'].map((name) => [
    name,
    `/${name}`,
  ]),
)

it.each<readonly [string, Files, string]>([
  ['no file', {}, ''],
  ['the files of the site', site, '; there is npm:a/a.csv, npm:b/b.csv, npm:c/c.json and 2 more'],
  [
    'a file of one’s own',
    { ...site, 'own.csv': new Uint8Array() },
    '; there is own.csv, npm:a/a.csv, npm:b/b.csv and 3 more',
  ],
])(
  'says first how a file comes in, and names few of those that are there: %s',
  async (_, files, there) => {
    const read = async () => filesSource(files).read('none.csv')
    await expect(read()).rejects.toMatchObject({
      code: 'path-not-found',
      message: 'there is no file none.csv here',
      help: `add your own by "Your data" beside the text${there}`,
    })
  },
)
