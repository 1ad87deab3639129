/** The variable-length numbers of the WebAssembly binary format (LEB128), and vectors of bytes. */

/** Appends an unsigned number, seven bits a byte, the lowest first. */
export function unsigned(out: number[], value: number): void {
  let rest = value >>> 0
  while (rest > 0x7f) {
    out.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  out.push(rest)
}

/** Appends a signed number; the last byte's bit 6 is its sign. */
export function signed(out: number[], value: number): void {
  let rest = value | 0
  while (rest < -0x40 || rest > 0x3f) {
    out.push((rest & 0x7f) | 0x80)
    rest >>= 7
  }
  out.push(rest & 0x7f)
}

/** Appends a signed number of 64 bits. */
export function signed64(out: number[], value: bigint): void {
  let rest = BigInt.asIntN(64, value)
  while (rest < -0x40n || rest > 0x3fn) {
    out.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  out.push(Number(rest & 0x7fn))
}

export function float32(out: number[], value: number): void {
  out.push(...new Uint8Array(Float32Array.of(value).buffer))
}

export function float64(out: number[], value: number): void {
  out.push(...new Uint8Array(Float64Array.of(value).buffer))
}

/** A name: its length and its UTF-8 bytes. */
export function name(out: number[], text: string): void {
  const bytes = new TextEncoder().encode(text)
  unsigned(out, bytes.length)
  out.push(...bytes)
}

/** Appends many bytes; a spread of that many arguments would overflow the stack. */
export function append(out: number[], bytes: ArrayLike<number>): void {
  for (let i = 0; i < bytes.length; i++) out.push(bytes[i] as number)
}
