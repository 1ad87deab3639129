// Longer words are no slips of the finger, and the distance costs their product.
const longestCompared = 40

/**
 * Edits (insert, delete, replace, swap neighbours) that turn one word into the other.
 * Source: optimal string alignment distance, Boytsov 2011.
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + +!same)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1)
      row.push(best)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}

/**
 * The candidate nearest to a mistyped word, or `undefined` where none is near: at most one edit for three letters. Case
 * counts for nothing; of equally near ones the first in the alphabet.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > longestCompared) return undefined
  const wanted = word.toLowerCase()
  let best: { name: string; distance: number } | undefined
  for (const name of candidates) {
    const allowed = Math.max(1, Math.floor(Math.max(word.length, name.length) / 3))
    if (Math.abs(name.length - word.length) > allowed || name.length > longestCompared) continue
    const distance = editDistance(wanted, name.toLowerCase())
    // A word of one or two letters is near to every other of its length.
    if (distance > allowed || distance >= Math.max(word.length, name.length)) continue
    if (
      best === undefined ||
      distance < best.distance ||
      (distance === best.distance && name < best.name)
    )
      best = { name, distance }
  }
  return best?.name
}
