/** Base45 (RFC 9285): two bytes in three characters of the alphabet that a QR symbol packs best. */
import type { Bytes } from '../../outbox/seal'
import { HandoverError } from './errors'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
const BASE = ALPHABET.length

export function toBase45(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 2) {
    const isPair = at + 1 < bytes.length
    let number = isPair ? bytes[at]! * 256 + bytes[at + 1]! : bytes[at]!
    for (let count = isPair ? 3 : 2; count > 0; count--) {
      text += ALPHABET[number % BASE]
      number = Math.floor(number / BASE)
    }
  }
  return text
}

export function fromBase45(text: string): Bytes {
  const made: number[] = []
  const chars = [...text]
  for (let at = 0; at < chars.length; at += 3) {
    const group = chars.slice(at, at + 3)
    const values = group.map((char) => ALPHABET.indexOf(char))
    const number = values.reduceRight((sum, value) => sum * BASE + value, 0)
    if (group.length === 1 || values.includes(-1) || number >= 256 ** (group.length - 1))
      throw new HandoverError('exchange.damaged')
    if (group.length === 3) made.push(number >> 8)
    made.push(number & 0xff)
  }
  return Uint8Array.from(made)
}
