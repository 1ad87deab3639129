/** Whether a file is code, by its name. */
export const isCode = (name: string): boolean => /\.m?js$/i.test(name)
