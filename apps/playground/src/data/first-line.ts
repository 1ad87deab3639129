/** What a table of lines does not say of itself: whether its first line is one of names. */

/** The label of what says so, by which messages speak of it. */
export const firstLineLabel = 'The first line names the columns'

/** Whether a file is a table of lines: all are that do not say that they are JSON. */
export const hasLines = (name: string): boolean => !/\.(json|jsonl|ndjson)(\.gz)?$/i.test(name)
