/** Controls change the text where a person would, and leave the rest of it as it is. */
import { applyEdits, parse } from '@chainrule/language'
import { describe, expect, it } from 'vitest'
import { changeText } from '../src/worker/change-text.ts'
import type { Change } from '../src/worker/text-protocol.ts'

const changed = (text: string, change: Change): string =>
  applyEdits(text, changeText(parse(text).ast, text, change))

interface Case {
  readonly name: string
  readonly text: string
  readonly change: Change
  readonly gives: string
}

const cases: readonly Case[] = [
  {
    name: 'a learning rate that is written',
    text: 'dense 1\noptimizer adam lr=1e-3 // small',
    change: { setting: 'learning-rate', value: 0.03 },
    gives: 'dense 1\noptimizer adam lr=0.03 // small',
  },
  {
    name: 'a learning rate of an optimizer that says none',
    text: 'optimizer sgd momentum=0.9\ndense 1',
    change: { setting: 'learning-rate', value: 1e-5 },
    gives: 'optimizer sgd momentum=0.9 lr=1e-5\ndense 1',
  },
  {
    name: 'a learning rate where no optimizer is written',
    text: 'dense 16 relu -> dense 1\n',
    change: { setting: 'learning-rate', value: 0.01 },
    gives: 'dense 16 relu -> dense 1\n\noptimizer adam lr=0.01\n',
  },
  {
    name: 'a learning rate that is a constant',
    text: 'let rate = 0.1\noptimizer adam lr=rate\ndense 1',
    change: { setting: 'learning-rate', value: 0.2 },
    gives: 'let rate = 0.1\noptimizer adam lr=0.2\ndense 1',
  },
  {
    name: 'a batch beside epochs',
    text: 'dense 1\ntrain epochs=5',
    change: { setting: 'batch', value: 64 },
    gives: 'dense 1\ntrain epochs=5 batch=64',
  },
  {
    name: 'epochs in the braces of the only model',
    text: 'model m {\n  dense 1\n  seed 3\n}',
    change: { setting: 'epochs', value: 7 },
    gives: 'model m {\n  dense 1\n  seed 3\n  train epochs=7\n}',
  },
  {
    name: 'the seed',
    text: 'seed 7; dense 1',
    change: { setting: 'seed', value: 8 },
    gives: 'seed 8; dense 1',
  },
  {
    name: 'a seed that is not written',
    text: 'dense 1\noptimizer adam',
    change: { setting: 'seed', value: 8 },
    gives: 'dense 1\noptimizer adam\nseed 8',
  },
  {
    name: 'the noise of a generator without arguments',
    text: 'data synthetic moons\ndense 1',
    change: { setting: 'noise', value: 0.25 },
    gives: 'data synthetic moons(noise=0.25)\ndense 1',
  },
  {
    name: 'the noise of one with others',
    text: 'data synthetic moons(points=40)',
    change: { setting: 'noise', value: 0.25 },
    gives: 'data synthetic moons(points=40, noise=0.25)',
  },
  {
    name: 'the seed of the data and not of the training',
    text: 'data synthetic moons(seed=1)\nseed 2',
    change: { setting: 'data-seed', value: 3 },
    gives: 'data synthetic moons(seed=3)\nseed 2',
  },
  {
    name: 'a generator, which takes what it shares with the one before',
    text: 'data synthetic spiral(points=400, classes=3) {\n  target label\n  split train=70% validate=30%\n}\ndense 3\nmetrics [accuracy]',
    change: { setting: 'generator', value: 'circle' },
    gives:
      'data synthetic circle(points=400) {\n  split train=70% validate=30%\n}\ndense 3\nmetrics [accuracy]',
  },
  {
    name: 'a generator of numbers, whose metrics are others',
    text: 'data synthetic spiral(classes=2, points=400)\ndense 2\nmetrics [accuracy, confusion]',
    change: { setting: 'generator', value: 'plane' },
    gives: 'data synthetic plane(points=400)\ndense 2\nmetrics [mae, r2]',
  },
  {
    name: 'a generator in the place of a file',
    text: 'data csv "iris.csv" {\n  target species\n}\n\ndense 3',
    change: { setting: 'generator', value: 'moons' },
    gives: 'data synthetic moons(points=300, noise=0.1)\n\ndense 3',
  },
  {
    name: 'a generator in a text without data',
    text: '// one line\ndense 1',
    change: { setting: 'generator', value: 'moons' },
    gives: '// one line\ndata synthetic moons(points=300, noise=0.1)\n\ndense 1',
  },
  {
    name: 'a split that is written',
    text: 'data synthetic xor { split train=80% validate=20% }',
    change: { setting: 'split', value: { train: 60, validate: 30, test: 10 } },
    gives: 'data synthetic xor { split train=60% validate=30% test=10% }',
  },
  {
    name: 'a split of data without braces',
    text: 'data synthetic xor\ndense 1',
    change: { setting: 'split', value: { train: 100, validate: 0, test: 0 } },
    gives: 'data synthetic xor {\n  split train=100%\n}\ndense 1',
  },
  {
    name: 'a split beside another statement',
    text: 'data csv "a.csv" {\n  target y\n}',
    change: { setting: 'split', value: { train: 75, validate: 25, test: 0 } },
    gives: 'data csv "a.csv" {\n  split train=75% validate=25%\n  target y\n}',
  },
]

describe('a change', () => {
  it.each(cases)('of $name', ({ text, change, gives }) => {
    expect(changed(text, change)).toBe(gives)
    expect(parse(gives).diagnostics).toEqual([])
  })

  it('to what stands there already is none', () => {
    const text = 'dense 1\noptimizer adam lr=0.01'
    expect(changeText(parse(text).ast, text, { setting: 'learning-rate', value: 0.01 })).toEqual([])
  })

  it('of a text that is being written loses nothing of it', () => {
    const broken = 'data synthetic spi\ndense 16 relu -> \n// keep me'
    for (const { change } of cases) expect(changed(broken, change)).toContain('// keep me')
  })
})
