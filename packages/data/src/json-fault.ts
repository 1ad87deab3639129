/** Where a text stops being JSON. Engines say so in ways of their own, some not at all, and may quote the text. */

/** Space, then one token: a text, a number, a word or a sign. */
const token =
  /[ \t\n\r]*(?:("[^"\\\p{Cc}]*(?:(?:[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))[^"\\\p{Cc}]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null)|([[\]{},:]))/uy
const space = /[ \t\n\r]*/y

/** What may come next; `first` stands behind an opening bracket, which may be closed at once. */
type Expected = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'comma' | 'end'

/** The offset of the first token that cannot stand where it does; the end of the text where it only breaks off. */
export function jsonFault(text: string): number {
  const open: ('[' | '{')[] = []
  let expected: Expected = 'value'
  for (let at = 0; ; at = token.lastIndex) {
    token.lastIndex = at
    const [, string, scalar, sign] = token.exec(text) ?? []
    if (string === undefined && scalar === undefined && sign === undefined) {
      space.lastIndex = at
      space.exec(text)
      return space.lastIndex
    }
    const start = token.lastIndex - (string ?? scalar ?? sign ?? '').length
    const kind = string !== undefined ? 'string' : scalar !== undefined ? 'scalar' : (sign ?? '')
    const next = step(expected, kind, open)
    if (next === undefined) return start
    expected = next
  }
}

/** What may follow a token, or nothing where the token does not fit. */
function step(expected: Expected, kind: string, open: ('[' | '{')[]): Expected | undefined {
  const after = (): Expected => (open.length === 0 ? 'end' : 'comma')
  const closes = kind === ']' ? '[' : kind === '}' ? '{' : undefined
  if (closes !== undefined) {
    const may = closes === '[' ? 'first value' : 'first key'
    if ((expected !== 'comma' && expected !== may) || open.at(-1) !== closes) return undefined
    open.pop()
    return after()
  }
  switch (expected) {
    case 'value':
    case 'first value':
      if (kind === 'string' || kind === 'scalar') return after()
      if (kind !== '[' && kind !== '{') return undefined
      open.push(kind)
      return kind === '[' ? 'first value' : 'first key'
    case 'key':
    case 'first key':
      return kind === 'string' ? 'colon' : undefined
    case 'colon':
      return kind === ':' ? 'value' : undefined
    case 'comma':
      if (kind !== ',') return undefined
      return open.at(-1) === '[' ? 'value' : 'key'
    case 'end':
      return undefined
  }
}
