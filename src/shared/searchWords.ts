/** What a search by words needs at least. */

/** Whether there is a letter or digit: notes are indexed by words, and pictures and signs are none. */
export const hasWords = (text: string): boolean => /[\p{L}\p{N}]/u.test(text)

export const NO_WORDS =
  'There is no letter or digit in this: pictures and signs alone cannot be searched for.'
