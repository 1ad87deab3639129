import { DataError, type FileSource } from '@chainrule/data'
import type { Files } from './protocol.ts'

/** Opens what the page gave; nothing else is to be had there. */
export function filesSource(files: Files): FileSource {
  return {
    read: (path) => {
      const name = path.replace(/^\.\//, '')
      const bytes = files[name]
      if (bytes !== undefined) return { bytes, name, quotable: true }
      const names = Object.keys(files)
      throw new DataError('path-not-found', `there is no file ${name} here`, {
        help:
          names.length === 0
            ? 'add a file by "Data", or take one of the data sets'
            : `there is ${names.join(', ')}; add others by "Data"`,
        data: { file: name },
      })
    },
  }
}
