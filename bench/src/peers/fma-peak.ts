/** The 128-bit multiply-add peak where there is no C compiler: the loop of fma-peak.c as a hand-made WebAssembly module. */
import { serve, timed } from '../serve.ts'
import { flop } from '../workload.ts'

const chains = 12
const roundsOfCall = 20_000

/** `(func (export "run") (param i32) (result f32))`: that many rounds of 12 independent multiply-adds. */
function peakModule(): Uint8Array<ArrayBuffer> {
  const [i32, v128, f32] = [0x7f, 0x7b, 0x7d]
  const get = (local: number): number[] => [0x20, local]
  const set = (local: number): number[] => [0x21, local]
  const simd = (opcode: number): number[] =>
    opcode < 0x80 ? [0xfd, opcode] : [0xfd, (opcode & 0x7f) | 0x80, opcode >> 7]
  const [splat, extractLane, add, relaxedMadd] = [simd(0x13), simd(0x1f), simd(0xe4), simd(0x105)]
  const factor = [0x43, 0x6f, 0x12, 0x83, 0x3a] // f32.const 0.001
  const [count, a, first] = [0, 1, 2]
  const sums = Array.from({ length: chains }, (_, i) => first + i)
  const body = [
    ...[factor, splat, set(a)].flat(),
    ...sums.flatMap((sum) => [...get(a), ...set(sum)]),
    ...[0x03, 0x40], // loop
    ...sums.flatMap((sum) => [...get(a), ...get(a), ...get(sum), ...relaxedMadd, ...set(sum)]),
    ...[...get(count), 0x41, 0x01, 0x6b, 0x22, count, 0x0d, 0x00, 0x0b], // count − 1, again unless 0
    ...get(first),
    ...sums.slice(1).flatMap((sum) => [...get(sum), ...add]),
    ...[...extractLane, 0x00, 0x0b],
  ]
  const locals = [0x01, chains + 1, v128]
  const section = (id: number, content: readonly number[]): number[] => [
    id,
    ...leb(content.length),
    ...content,
  ]
  const code = [...locals, ...body]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [0x01, 0x60, 0x01, i32, 0x01, f32]),
    ...section(3, [0x01, 0x00]),
    ...section(7, [0x01, 0x03, ...new TextEncoder().encode('run'), 0x00, 0x00]),
    ...section(10, [0x01, ...leb(code.length), ...code]),
  ])
}

function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)]
}

await serve(async (workload) => {
  const { instance } = await WebAssembly.instantiate(peakModule())
  const run = instance.exports['run'] as (rounds: number) => number
  const productsOfCall = (roundsOfCall * chains * 8) / flop(workload)
  return {
    first: () => [],
    run: (seconds) => {
      const { calls, seconds: spent } = timed(seconds, () => run(roundsOfCall))
      return { calls: calls * productsOfCall, seconds: spent }
    },
  }
})
