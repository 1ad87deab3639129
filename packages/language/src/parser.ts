import { type IOrAlt, tokenMatcher } from 'chevrotain'
import type * as ast from './ast.ts'
import { readLiteral } from './build-values.ts'
import type { Report } from './diagnostic.ts'
import { directivesWithOn } from './directives.ts'
import { misplacedEdition } from './file-errors.ts'
import type { TokenStream } from './lexer.ts'
import { unknownDirective } from './name-errors.ts'
import type { Rule } from './parser-base.ts'
import { type PipelinePart, StageParser } from './stage-parser.ts'
import { near } from './suggest.ts'
import * as errors from './syntax-errors.ts'
import * as t from './tokens.ts'

/** A statement without what the statement rule adds. */
type PartOf<S> = S extends ast.Statement ? Omit<S, 'span' | 'doc' | 'damaged'> : never
type StatementPart = PipelinePart | PartOf<Exclude<ast.Statement, ast.Pipeline>>

/** What may follow a statement that was read whole. */
const after: Readonly<Record<ast.Statement['kind'], string>> = {
  use: '`as`, `only` or the end of the line',
  let: 'an operator or the end of the line',
  block: 'the end of the line',
  model: 'the end of the line',
  directive: 'an argument, `on`, `{` or the end of the line',
  pipeline: '`->` or the end of the line',
  unreadable: 'the end of the line',
}

function whatFollows(part: StatementPart): string {
  if (part.kind === 'use' && part.only !== undefined) return 'the end of the line'
  if (part.kind === 'use' && part.as !== undefined) return '`only` or the end of the line'
  if (part.kind !== 'directive') return after[part.kind]
  if (part.body !== undefined) return 'the end of the line'
  return part.on === undefined ? after.directive : '`{` or the end of the line'
}

/** The words behind whose arguments braces may stand. */
const takeBraces = ['data', 'model', 'block']

const noName: ast.Name = { kind: 'name', span: { start: 0, end: 0 }, text: '' }

/** The grammar of a file and its statements. Edition 1. */
export class MlpParser extends StageParser {
  #docs: readonly ast.Comment[] = []
  #nextDoc = 0
  #edition: ast.Edition | undefined

  constructor({ skipValidations = true }: { skipValidations?: boolean } = {}) {
    super(skipValidations)
    this.performSelfAnalysis()
  }

  /** Reads a file's tokens; whatever is wrong is reported, and the rest read. */
  read(text: string, stream: TokenStream, report: Report): ast.File {
    this.#docs = stream.comments.filter(({ style }) => style === 'doc')
    this.#nextDoc = 0
    this.begin(text, stream, report)
    const { edition, statements } = this.file()
    const span = { start: 0, end: text.length }
    const body: ast.Body = { kind: 'body', span, statements }
    return { kind: 'file', span, edition, body, comments: stream.comments }
  }

  private readonly file: Rule<
    [],
    { edition: ast.Edition | undefined; statements: ast.Statement[] }
  > = this.rule('file', () => {
    const edition = this.OPTION(() => this.SUBRULE(this.edition))
    this.ACTION(() => {
      this.#edition = edition
      // What follows on its line is a statement all the same.
      if (edition !== undefined && !this.isNext(1, t.End, t.FileEnd))
        this.reportNext('the end of the line')
    })
    const statements = this.SUBRULE(this.statements)
    this.CONSUME(t.FileEnd)
    return { edition, statements }
  })

  /** `mlp 1` */
  private readonly edition: Rule<[], ast.Edition | undefined> = this.rule('edition', () => {
    const start = this.CONSUME(t.Mlp).startOffset
    let number: number | undefined
    this.recover([], () => {
      number = Number(this.take(0, t.NumberToken, 'the number of the edition, 1').image)
    })
    if (number === undefined) return undefined
    return { kind: 'edition', span: this.spanFrom(start), number }
  })

  /** Statements up to the closer of the braces or the end of the file, whatever stands there. */
  private readonly statements: Rule<[], ast.Statement[]> = this.rule('statements', () => {
    const found: ast.Statement[] = []
    do {
      this.MANY(() =>
        this.OR<IOrAlt<unknown>[]>([
          { ALT: () => this.CONSUME(t.End) },
          { ALT: () => found.push(this.SUBRULE(this.statement)) },
        ]),
      )
    } while (this.skipStatement(found))
    return found
  })

  /** Where no statement begins: reports that and skips it; what it would have said is not known. */
  private skipStatement(found: ast.Statement[]): boolean {
    const start = this.here()
    if (!this.skipStray([], 'a statement: a layer, a directive or a word such as `let`'))
      return false
    found.push({ kind: 'unreadable', span: this.spanFrom(start), doc: undefined, damaged: true })
    return true
  }

  protected readonly bracedBody: Rule<[], ast.Body> = this.rule('bracedBody', () => {
    const start = this.CONSUME(t.LeftBrace).startOffset
    const outer = this.damaged
    const statements = this.SUBRULE(this.statements)
    this.CONSUME(t.RightBrace)
    this.damaged = outer
    return { kind: 'body', span: this.spanFrom(start), statements }
  })

  private readonly statement: Rule<[], ast.Statement> = this.rule('statement', () => {
    const start = this.here()
    const doc = this.takeDoc(start)
    let part: StatementPart = { kind: 'unreadable' }
    this.damaged = false
    this.recover([], () => {
      part = this.OR<IOrAlt<StatementPart>[]>([
        {
          GATE: () => this.isNext(2, t.Equals),
          ALT: () => this.SUBRULE(this.bareLet),
          IGNORE_AMBIGUITIES: true,
        },
        {
          GATE: () => this.wordMeant() !== undefined,
          ALT: () => this.SUBRULE(this.mistyped),
          IGNORE_AMBIGUITIES: true,
        },
        { ALT: () => this.SUBRULE(this.pipeline) },
        { ALT: () => this.SUBRULE(this.directive) },
        { ALT: () => this.SUBRULE(this.constant) },
        { ALT: () => this.SUBRULE(this.use) },
        { ALT: () => this.SUBRULE(this.block) },
        { ALT: () => this.SUBRULE(this.model) },
        { ALT: () => this.SUBRULE(this.lateEdition) },
      ])
    })
    return this.ACTION(() => this.finishStatement(part, start, doc))
  })

  private finishStatement(
    part: StatementPart,
    start: number,
    doc: ast.Doc | undefined,
  ): ast.Statement {
    this.endStatement(whatFollows(part))
    this.previousDirective = part.kind === 'directive' ? part.name.text : undefined
    const damaged = this.damaged || part.kind === 'unreadable'
    return { ...part, span: this.spanFrom(start), doc, damaged }
  }

  /** Reports what follows a statement on its line; it is read as the next one where it begins one. */
  private endStatement(fits: string): void {
    if (this.isNext(1, t.End, t.Closer, t.FileEnd, t.Arrow)) return
    this.reportNext(fits)
    if (this.isNext(1, t.StatementWord, t.Directive)) return
    this.damaged = true
    this.skipTo([])
  }

  /** The `///` comments between the token before and `start`. */
  private takeDoc(start: number): ast.Doc | undefined {
    const from = this.before()
    const lines: ast.Comment[] = []
    for (let doc = this.#docs[this.#nextDoc]; doc !== undefined; doc = this.#docs[this.#nextDoc]) {
      if (doc.span.start >= start) break
      if (doc.span.start >= from) lines.push(doc)
      this.#nextDoc++
    }
    const [first] = lines
    const last = lines.at(-1)
    if (first === undefined || last === undefined) return undefined
    const text = lines.map((line) => line.text.replace(/^\/\/\/ ?/, '').trimEnd()).join('\n')
    return { span: { start: first.span.start, end: last.span.end }, text }
  }

  private readonly lateEdition: Rule<[], StatementPart> = this.rule('lateEdition', () => {
    const word = this.LA(1)
    const again = this.SUBRULE(this.edition)
    const span = this.spanFrom(word.startOffset)
    this.complain(misplacedEdition(span, again?.number, this.#edition?.span), word)
    return { kind: 'unreadable' }
  })

  /** `let width = 64` */
  private readonly constant: Rule<[], StatementPart> = this.rule('constant', () => {
    this.CONSUME(t.Let)
    const name = this.SUBRULE(this.name, { ARGS: ['a constant'] })
    return this.SUBRULE(this.definition, { ARGS: [name] })
  })

  /** `width = 64` without its `let`. */
  private readonly bareLet: Rule<[], StatementPart> = this.rule('bareLet', () => {
    const word = this.CONSUME(t.Identifier)
    this.complain(errors.missingLet(t.spanOf(word), word.image), word)
    return this.SUBRULE(this.definition, { ARGS: [this.nameOf(word)] })
  })

  private readonly definition: Rule<[name?: ast.Name], StatementPart> = this.rule(
    'definition',
    (name = noName) => {
      let value: ast.Value = this.missing()
      this.recover([], () => {
        if (this.RECORDING_PHASE || !this.isMissingEquals()) this.take(0, t.Equals, '`=`')
        else this.complain(errors.missingEquals(name.text, name.span.end, this.here(), ' = '))
        value = this.missing()
        value = this.SUBRULE(this.value, { ARGS: ['let'] })
      })
      return { kind: 'let', name, value }
    },
  )

  /** Whether a value follows where `=` should: in `let w 16`, not in `let` alone. */
  private isMissingEquals(): boolean {
    return this.isNext(0, t.Name) && this.isNext(1, t.ValueStart) && !this.isNext(1, t.Operator)
  }

  private readonly use: Rule<[], StatementPart> = this.rule('use', () => {
    this.CONSUME(t.Use)
    const source = this.SUBRULE(this.packageName)
    const options = this.SUBRULE(this.namedArguments, { ARGS: ['use'] })
    let as: ast.Name | undefined
    let only: ast.List | undefined
    this.recover([], () => {
      this.OPTION(() => {
        this.CONSUME(t.As)
        as = this.SUBRULE(this.name, { ARGS: ['a prefix'] })
      })
      this.OPTION1(() => {
        this.CONSUME(t.Only)
        this.need(t.LeftSquare, 'a list of names, in `[]`')
        only = this.SUBRULE(this.list)
      })
    })
    return { kind: 'use', source, options, as, only }
  })

  /** The string behind `use`. A name without quotes is taken up to the next space. */
  private readonly packageName: Rule<[], ast.Text> = this.rule('packageName', () => {
    const start = this.here()
    if (!this.RECORDING_PHASE && !this.isNext(1, t.Text)) {
      if (!this.isNext(1, t.Name, t.Reference, t.Dot))
        this.giveUp('the name of a package or a file, in quotes')
      return this.unquotedPackage(start)
    }
    const literal = readLiteral(this.CONSUME(t.Text))
    const value = literal.kind === 'text' ? literal.value : ''
    return { kind: 'text', span: this.spanFrom(start), value }
  })

  private unquotedPackage(start: number): ast.Text {
    do this.SKIP_TOKEN()
    while (this.touchesNext() && !this.isNext(1, t.End, t.FileEnd, t.Opener, t.Closer))
    const span = this.spanFrom(start)
    const value = this.text.slice(span.start, span.end)
    this.complain(errors.unquotedPackage(span, value), this.LA(0))
    return { kind: 'text', span, value }
  }

  private readonly block: Rule<[], StatementPart> = this.rule('block', () => {
    this.CONSUME(t.Block)
    return this.SUBRULE(this.blockRest)
  })

  private readonly blockRest: Rule<[], StatementPart> = this.rule('blockRest', () => {
    const word = this.LA(1)
    const name = this.SUBRULE(this.name, { ARGS: ['a block'] })
    if (tokenMatcher(word, t.Directive))
      this.complain(errors.reservedWord(t.spanOf(word), word.image, 'a block'), word)
    const items = this.OPTION(() => this.SUBRULE(this.parenthesised, { ARGS: ['call'] }))
    const parameters = this.ACTION(() => (items ?? []).flatMap((item) => this.asParameter(item)))
    const fits = items === undefined ? '`(` or `{`' : '`{`'
    const body = this.SUBRULE(this.bodyOrNone, { ARGS: [fits] })
    return { kind: 'block', name, parameters, body }
  })

  private asParameter({ name, value, span }: ast.Argument): ast.Parameter[] {
    if (name !== undefined) return [{ kind: 'parameter', span, name, default: value }]
    const [only, ...more] = value.kind === 'word' ? value.path : []
    if (only !== undefined && more.length === 0)
      return [{ kind: 'parameter', span, name: only, default: undefined }]
    this.complainOf(span, 'the name of a parameter')
    return []
  }

  private readonly model: Rule<[], StatementPart> = this.rule('model', () => {
    this.CONSUME(t.Model)
    return this.SUBRULE(this.modelRest)
  })

  private readonly modelRest: Rule<[], StatementPart> = this.rule('modelRest', () => {
    const name = this.OPTION(() => this.SUBRULE(this.name, { ARGS: ['a model'] }))
    const fits = name === undefined ? 'a name or `{`' : '`{`'
    return { kind: 'model', name, body: this.SUBRULE(this.bodyOrNone, { ARGS: [fits] }) }
  })

  private readonly directive: Rule<[], StatementPart> = this.rule('directive', () => {
    const name = this.nameOf(this.CONSUME(t.Directive))
    this.OPTION(() => {
      const sign = this.OR([
        { ALT: () => this.CONSUME(t.Equals) },
        { ALT: () => this.CONSUME(t.Colon) },
      ])
      this.ACTION(() => {
        const [before, next] = [name.span.end, this.here()]
        const found = errors.directiveWithEquals(name.text, before, t.spanOf(sign), next, this.text)
        this.complain(found, sign)
      })
    })
    return this.SUBRULE(this.directiveRest, { ARGS: [name] })
  })

  private readonly directiveRest: Rule<[name?: ast.Name], StatementPart> = this.rule(
    'directiveRest',
    (name = noName) => {
      const found = this.SUBRULE(this.arguments_, { ARGS: [name.text] })
      let on: ast.Reference | undefined
      this.recover([t.LeftBrace], () => {
        this.OPTION(() => {
          this.CONSUME(t.On)
          on = this.SUBRULE(this.reference)
        })
      })
      const body = this.OPTION1(() => this.SUBRULE(this.bracedBody))
      return { kind: 'directive', name, arguments: found, on, body }
    },
  )

  /**
   * A statement whose first word is mistyped, and whose form shows what it is: no layer takes braces or `on`. It is read as
   * what was meant. Where the form shows nothing (`los mse`), the resolver decides, which knows the layers.
   */
  private readonly mistyped: Rule<[], StatementPart> = this.rule('mistyped', () => {
    const meant = this.ACTION(() => this.wordMeant()) ?? ''
    const word = this.CONSUME(t.Identifier)
    const name = this.nameOf(word)
    this.complain(unknownDirective(name, [meant]), word)
    return this.OR<IOrAlt<StatementPart>[]>([
      {
        GATE: () => meant === 'model',
        ALT: () => this.SUBRULE(this.modelRest),
        IGNORE_AMBIGUITIES: true,
      },
      {
        GATE: () => meant === 'block',
        ALT: () => this.SUBRULE(this.blockRest),
        IGNORE_AMBIGUITIES: true,
      },
      { ALT: () => this.SUBRULE(this.directiveRest, { ARGS: [{ ...name, text: meant }] }) },
    ])
  })

  /** What the next word was meant to be, where it is near to one that takes the `on` or the braces behind it. */
  private wordMeant(): string | undefined {
    if (!this.isNext(1, t.Identifier)) return undefined
    const takers = this.takersAhead()
    const names = takers.length === 0 ? [] : (near(this.LA(1).image, takers)?.names ?? [])
    return names.length === 1 ? names[0] : undefined
  }

  /** The words whose statements have the form of the one that begins here. */
  private takersAhead(): readonly string[] {
    for (let i = 2; !this.isNext(i, t.End, t.Closer, t.FileEnd, t.Arrow, t.As); i++) {
      if (this.isNext(i, t.On)) return directivesWithOn
      if (this.isNext(i, t.LeftBrace)) {
        const isStage = this.isNext(this.closerOf(i) + 1, t.Arrow, t.As)
        return isStage ? [] : takeBraces
      }
      if (this.isNext(i, t.Opener)) i = this.closerOf(i)
    }
    return []
  }

  /** How far ahead the bracket closes that is so far ahead; all brackets are balanced. */
  private closerOf(opener: number): number {
    let i = opener
    for (let depth = 0; !this.isNext(i, t.FileEnd); i++) {
      if (this.isNext(i, t.Opener)) depth++
      if (this.isNext(i, t.Closer) && --depth === 0) break
    }
    return i
  }
}
