/** Codes of exit. */
export const exits = { success: 0, mistake: 1, internal: 2 } as const
