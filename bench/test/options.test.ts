import { describe, expect, test, vi } from 'vitest'
import { planOf, readOptions } from '../src/options.ts'

const names = ['W1', 'W1b', 'W2', 'W3', 'L1', 'R1', 'T1', 'I1', 'I2']

describe('readOptions', () => {
  test('without flags everything but the curves is measured', () => {
    expect(readOptions([])).toEqual({
      selected: [...names, 'threads', 'products', 'compile', 'cold', 'memory', 'size'],
      threads: 1,
      quick: false,
    })
  })

  test.each([
    { flags: ['--quick'], selected: names },
    { flags: ['--workload', 'size', 'W2', 'W1'], selected: ['W1', 'W2', 'size'] },
    { flags: ['--quick', '--workload', 'products'], selected: ['products'] },
  ])('$flags measures $selected', ({ flags, selected }) => {
    expect(readOptions(flags).selected).toEqual(selected)
  })

  test('a report measures everything and stands in bench/ unless a folder is named', () => {
    const { selected, report } = readOptions(['--report'])
    expect(selected).toContain('scaling')
    expect(report).toBe('bench')
    expect(readOptions(['--report', 'elsewhere']).report).toBe('elsewhere')
  })

  test('peers, engine, threads, rounds and file are read', () => {
    const flags = ['--peer', 'torch', 'jax', '--engine', 'js', '--threads', '2', '--rounds', '11']
    expect(readOptions([...flags, '--json', 'out.jsonl'])).toMatchObject({
      peers: ['torch', 'jax'],
      engine: 'js',
      threads: 2,
      rounds: 11,
      json: 'out.jsonl',
    })
  })

  test.each([
    { flags: ['--workload', 'W9'], message: /W9.*Allowed choices/ },
    { flags: ['--threads', '0'], message: /whole number from 1/ },
    { flags: ['--rounds', '2.5'], message: /whole number from 1/ },
    { flags: ['--fast'], message: /unknown option/ },
  ])('$flags is refused', ({ flags, message }) => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    expect(() => readOptions(flags)).toThrow(message)
    stderr.mockRestore()
  })
})

describe('planOf', () => {
  test('a whole run has at least seven alternations', () => {
    expect(planOf({ quick: false }).rounds).toBeGreaterThanOrEqual(7)
    expect(planOf({ quick: true }).rounds).toBeLessThan(planOf({ quick: false }).rounds)
    expect(planOf({ quick: true, rounds: 20 }).rounds).toBe(20)
  })
})
