import type { Argument, Body, Name, Stage, Statement, Value } from '../../src/ast.ts'

/** A syntax tree in brief, a statement a line, for comparing by eye. `!` marks damage, `?` what is missing. */

export const outline = (body: Body, indent = ''): string =>
  body.statements.map((statement) => `${indent}${statementText(statement, indent)}`).join('\n')

function statementText(statement: Statement, indent: string): string {
  const doc = statement.doc === undefined ? '' : `/// ${statement.doc.text}\n${indent}`
  return `${doc}${statement.damaged ? '! ' : ''}${statementBody(statement, indent)}`
}

function statementBody(statement: Statement, indent: string): string {
  switch (statement.kind) {
    case 'use': {
      const only = statement.only === undefined ? '' : ` only ${value(statement.only)}`
      return `use ${value(statement.source)}${list(statement.options)}${alias(statement.as)}${only}`
    }
    case 'let':
      return `let ${statement.name.text} = ${value(statement.value)}`
    case 'block': {
      const parameters = statement.parameters.map(({ name, default: otherwise }) =>
        otherwise === undefined ? name.text : `${name.text}=${value(otherwise)}`,
      )
      return `block ${statement.name.text}(${parameters.join(' ')})${braces(statement.body, indent)}`
    }
    case 'model':
      return `model ${statement.name?.text ?? 'without a name'}${braces(statement.body, indent)}`
    case 'directive': {
      const on = statement.on === undefined ? '' : ` on ${value(statement.on)}`
      const body = statement.body === undefined ? '' : braces(statement.body, indent)
      return `${statement.name.text}:${list(statement.arguments)}${on}${body}`
    }
    case 'pipeline':
      return statement.stages.map((stage) => stageText(stage, indent)).join(' -> ')
    case 'unreadable':
      return 'unreadable'
  }
}

const stageText = (stage: Stage, indent: string): string =>
  `${stage.damaged ? '! ' : ''}${stageBody(stage, indent)}${alias(stage.as)}`

function stageBody(stage: Stage, indent: string): string {
  switch (stage.kind) {
    case 'layer': {
      const qualifier = stage.qualifier === undefined ? '' : `${stage.qualifier.text}.`
      return `<${qualifier}${stage.name.text}${list(stage.arguments)}>`
    }
    case 'source':
      return value(stage.reference)
    case 'gather':
      return `gather [${stage.references.map(value).join(' ')}]`
    case 'same':
      return `same ${value(stage.reference)}`
    case 'branch':
      return `branch${braces(stage.body, indent)}`
    case 'residual':
      return `residual${list(stage.options)}${braces(stage.body, indent)}`
    case 'repeat':
      return `repeat ${value(stage.count)}${list(stage.options)}${braces(stage.body, indent)}`
  }
}

const braces = (body: Body, indent: string): string =>
  body.statements.length === 0 ? ' {}' : ` {\n${outline(body, `${indent}  `)}\n${indent}}`

const alias = (name: Name | undefined): string => (name === undefined ? '' : ` as ${name.text}`)

const list = (given: readonly Argument[]): string =>
  given.map((each) => ` ${argument(each)}`).join('')

const argument = ({ name, value: given }: Argument): string =>
  name === undefined ? value(given) : `${name.text}=${value(given)}`

/** Operations are in angle brackets, so that their grouping shows. */
export function value(given: Value): string {
  switch (given.kind) {
    case 'number':
      return String(given.value)
    case 'percent':
      return `${given.percent}%`
    case 'shape':
      return given.sizes.join('x')
    case 'text':
      return JSON.stringify(given.value)
    case 'truth':
      return String(given.value)
    case 'word':
      return given.path.map(({ text }) => text).join('.')
    case 'call':
      return `${given.path.map(({ text }) => text).join('.')}(${list(given.arguments).trim()})`
    case 'reference':
      return `@${[given.name.text, ...given.path.map((part) => (part.kind === 'name' ? part.text : part.value))].join('.')}`
    case 'list':
      return `[${given.items.map(value).join(' ')}]`
    case 'group':
      return `(${value(given.value)})`
    case 'negation':
      return `-${value(given.operand)}`
    case 'arithmetic':
      return `‹${value(given.first)}${given.rest.map(({ operator, operand }) => ` ${operator} ${value(operand)}`).join('')}›`
    case 'all':
      return '*'
    case 'missing':
      return '?'
  }
}
