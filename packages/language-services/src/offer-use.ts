import { namesIn, type Use } from '@chainrule/language'
import type { Offer } from './completions.ts'
import type { Cursor } from './cursor.ts'
import { followingWords } from './words.ts'

/** What may follow in `use "./blocks.mlp" as b only [cell]`. */
export function useOffers(cursor: Cursor, use: Use): Offer[] {
  const { path, isText, isLost, word, marked } = cursor
  if (isText && path.at(-1) === use.source) return sourceOffers(cursor)
  if (isText || word.start < use.source.span.end) return []
  const written = marked.text.slice(use.source.span.end, word.start)
  if (isLost) return /\b(?:only|as)\s+$/.test(written) ? [] : wordOffers(use)
  if (path.at(-2)?.kind === 'argument') return [{ ...version, text: version.label }]
  const isListed = path.some(({ kind }) => kind === 'list')
  return isListed ? blockOffers(cursor, use) : []
}

/** Files and packages, of which the host knows. */
const sourceOffers = ({ marked }: Cursor): Offer[] =>
  (marked.context.sources?.() ?? []).map(({ name, about }) => ({
    ...{ label: name, kind: 'source', detail: about, documentation: '' },
  }))

const version: Offer = {
  ...{ label: 'version', kind: 'argument', text: 'version=', detail: 'version="^2.1"' },
  documentation: 'A range of versions of the package, in quotes.',
}

function wordOffers({ as, only, options }: Use): Offer[] {
  const words = [...(as === undefined ? ['as'] : []), ...(only === undefined ? ['only'] : [])]
  const keywords = words.map((word): Offer => {
    const { syntax: detail = '', about: documentation = '' } = followingWords[word] ?? {}
    return { label: word, kind: 'keyword', text: `${word} `, detail, documentation }
  })
  const isGiven = options.some(({ name }) => name?.text === 'version')
  const isBehind = as !== undefined || only !== undefined
  return isGiven || isBehind ? keywords : [...keywords, version]
}

/** The blocks of the file that are not listed yet. */
function blockOffers({ marked }: Cursor, use: Use): Offer[] {
  const used = marked.uses.get(use)
  const statements = used !== undefined && 'ast' in used ? (used.ast?.body.statements ?? []) : []
  const listed = new Set(use.only === undefined ? [] : namesIn(use.only).map(({ name }) => name))
  return statements.flatMap((each): Offer[] => {
    if (each.kind !== 'block' || listed.has(each.name.text)) return []
    const documentation = each.doc?.text ?? `A block of \`${use.source.value}\`.`
    return [{ label: each.name.text, kind: 'block', detail: '', documentation }]
  })
}
