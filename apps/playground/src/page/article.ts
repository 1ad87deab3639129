/** Whatever is read out with a vowel first: 8, 11, 18, and numbers that begin as these do. */
const vowel = /^(?:8|1[18](?:$|\D|\d{3}(?!\d))|[aeio](?!ne\b))/i

/** `a` or `an`, as it stands before a word or a number. */
export const article = (word: string): 'a' | 'an' => (vowel.test(word) ? 'an' : 'a')
