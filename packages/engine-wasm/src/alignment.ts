/** Where memory begins for a tensor: at a cache line of its own, so that threads that write neighbours do not disturb each other. */
export const alignment = 64

export function aligned(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment
}
