// What core takes for a size, a number of 32 bits.
const largestSize = / up to 2147483647(?!.*\d{10})/

/** What a field takes, without the largest size: it is only noise beside a number that is nowhere near. */
export const withoutLargestSize = (text: string): string => text.replace(largestSize, '')
