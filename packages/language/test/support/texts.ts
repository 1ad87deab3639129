import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { directiveNames, reservedWords } from '../../src/index.ts'

const folder = new URL('../syntax/programs/', import.meta.url)

/** The ten programs of the language's description, by the names of their files. */
export const programs: ReadonlyMap<string, string> = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.mlp'))
    .sort()
    .map((name) => [name, readFileSync(new URL(name, folder), 'utf8')] as const),
)

/** Texts that resolve but for a detail or two, so that changes of them reach every part of the resolver. */
const seeds: readonly string[] = [
  'seed 7\ninit he\nlet w = 2 * 8\ndense w relu l2=1e-4 -> dense (w / 2) tanh as h -> dense 1\n@h -> dense 3 as k\n',
  'input a 4\ninput b 4\n@a -> dense 8 relu -> dense 3 as e\n@b -> same @e as f\n[@e, @f] -> join -> dense 1\n',
  'data csv "a.csv" header=true {\n  target y\n  features [a, b]\n  column a category missing=most\n  split train=70% validate=15% test=15% stratify=y\n  scale minmax\n}\ndense 16 relu -> dense 3\nloss cross-entropy smoothing=0.1\nmetrics [accuracy]\n',
  'input x 4\n@x -> halve as h -> dense 2 as p\n@h.rest -> dense 3 as q\noutput p=@p q=@q\nloss mse weight=0.3 on @p\nloss cross-entropy on @q\nstop watch=val.p.mae patience=3\n',
  'let s = cosine(warmup=500, total=10 * 1000)\nlet act = leaky-relu(slope=20%)\ndense 8 act -> dense 1\noptimizer adamw lr=3e-4 decay=1e-2 clip=1.0 schedule=s\ntrain epochs=40 batch=64 accumulate=4\n',
  'input x 4\n@x -> dense 4 relu as a -> repeat 2 freeze=true { dense 4 relu weights=@a.weight } as r -> dense 1\nregularise l2 1e-5 except=[bias, @r.0.dense1] on @a\n',
  'use "./b.mlp" as b only [cell]\nblock gate(w = 4) { dense w sigmoid as g; @g -> relu }\nb.cell 3 -> repeat 2 { gate } as r -> dense 1 as y\n@r.0 -> dense 1 as z\n',
  '/// One.\nmodel a { input x 4; @x -> dense 4 relu -> dense 1 as p }\n/// Other.\nmodel b { input x 4; @x -> dense 2 as q; loss mse on @q }\nloss mae on @p\nseed 3\n',
  'model m { data synthetic spiral(points=500, noise=0.1); dense 2 softmax; loss cross-entropy }\n',
]

const words: readonly string[] = [
  ...reservedWords,
  ...directiveNames,
  ...'dense relu softmax join halve look-up dropout conv adam sgd mse cross-entropy accuracy mae he cosine'.split(
    ' ',
  ),
  ...'csv json idx synthetic number category missing=mean train=80% lr=0.5 on @a @a.rest @b w a b x'.split(
    ' ',
  ),
  ...'__proto__ constructor toString __proto__=1 @__proto__ 0 1 16 -1 1e999 0.5 20% 2x3 "a" "" true'.split(
    ' ',
  ),
  ...'-> = , . + - * / ; ( ) [ ] { } => “a” # // ü'.split(' '),
  '\n',
  ' ',
]

const noise = fc.string({ unit: 'binary', maxLength: 120 })
const sequences = fc
  .array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(' ', ' ', '\n', '')), {
    maxLength: 50,
  })
  .map((parts) => parts.flat().join(''))
const change = fc.tuple(fc.nat(), fc.nat(12), fc.constantFrom('', ...words))

/** A good text with pieces cut out, doubled or replaced. */
const changed = fc
  .tuple(
    fc.constantFrom(...programs.values(), ...seeds),
    fc.array(change, { minLength: 0, maxLength: 6 }),
  )
  .map(([text, changes]) =>
    changes.reduce((now, [place, length, word]) => {
      const at = place % (now.length + 1)
      return `${now.slice(0, at)} ${word} ${now.slice(at + length)}`
    }, text),
  )
/** Lines of good texts, shuffled together. */
const mixed = fc
  .array(fc.constantFrom(...seeds.flatMap((text) => text.split('\n'))), { maxLength: 12 })
  .map((lines) => lines.join('\n'))

/** Texts of all kinds, from noise to nearly good. */
export const texts = fc.oneof(noise, sequences, changed, changed, mixed)
