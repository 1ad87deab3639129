import { DataError } from '../../src/errors.ts'

/** The DataError that `run` throws or rejects with. */
export async function failure(run: () => unknown): Promise<DataError> {
  try {
    await run()
  } catch (error) {
    if (error instanceof DataError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
