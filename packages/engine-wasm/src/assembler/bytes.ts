/** Bytes that grow, and the numbers of the WebAssembly binary format (LEB128) in them. */

const firstRoom = 64
const scratch = new DataView(new ArrayBuffer(8))

export class ByteWriter {
  #bytes = new Uint8Array(firstRoom)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** What has been written; valid until more is. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length)
  }

  byte(value: number): this {
    if (this.#length === this.#bytes.length) this.#grow(1)
    this.#bytes[this.#length++] = value
    return this
  }

  bytes(values: ArrayLike<number>): this {
    if (this.#length + values.length > this.#bytes.length) this.#grow(values.length)
    this.#bytes.set(values, this.#length)
    this.#length += values.length
    return this
  }

  /** An unsigned number, seven bits a byte, the lowest first. */
  unsigned(value: number): this {
    let rest = value >>> 0
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80)
      rest >>>= 7
    }
    return this.byte(rest)
  }

  /** A signed number; the last byte's bit 6 is its sign. */
  signed(value: number): this {
    let rest = value | 0
    while (rest < -0x40 || rest > 0x3f) {
      this.byte((rest & 0x7f) | 0x80)
      rest >>= 7
    }
    return this.byte(rest & 0x7f)
  }

  /** A signed number of 64 bits. */
  signed64(value: bigint): this {
    let rest = BigInt.asIntN(64, value)
    while (rest < -0x40n || rest > 0x3fn) {
      this.byte(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    return this.byte(Number(rest & 0x7fn))
  }

  float32(value: number): this {
    scratch.setFloat32(0, value, true)
    return this.#scratch(4)
  }

  float64(value: number): this {
    scratch.setFloat64(0, value, true)
    return this.#scratch(8)
  }

  /** A name: its length and its UTF-8 bytes. */
  name(text: string): this {
    const encoded = new TextEncoder().encode(text)
    return this.unsigned(encoded.length).bytes(encoded)
  }

  #scratch(count: number): this {
    for (let i = 0; i < count; i++) this.byte(scratch.getUint8(i))
    return this
  }

  #grow(count: number): void {
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + count))
    larger.set(this.written)
    this.#bytes = larger
  }
}
