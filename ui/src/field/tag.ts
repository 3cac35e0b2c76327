/** A tag's last character is made from the others, so that a typing error shows before the site has to refuse it. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const SIZE = ALPHABET.length

export function isTag(text: string): boolean {
  const found = /^[DX]-([0-9A-HJKMNP-TV-Z]{5})-([0-9A-HJKMNP-TV-Z])$/.exec(text)
  if (!found) return false
  let total = 0
  for (const [position, character] of [...found[1]!].reverse().entries()) {
    const value = ALPHABET.indexOf(character) * (position % 2 === 0 ? 2 : 1)
    total += Math.floor(value / SIZE) + (value % SIZE)
  }
  return ALPHABET[(SIZE - (total % SIZE)) % SIZE] === found[2]
}
