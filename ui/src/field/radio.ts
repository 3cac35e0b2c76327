/** What is read aloud at the radio: one sentence per line of a form, digits one by one, codes the same everywhere. Its twin
 * is `dunant/exchange/forms/voice.py`; both say the same over `tests/references/read_aloud.json`. Words come with the policy. */
import { degrees } from './dn1'

export interface VoiceWords {
  digits: readonly string[]
  alphabet: readonly string[]
  decimal: string
  between: string
  comma: string
  sentence: string
  line: string
  opening: string
  opening_untagged: string
  exercise: string
  closing: string
  yes: string
  no: string
  none: string
  north: string
  south: string
  east: string
  west: string
  within: string
  time: string
  forms: Record<string, string>
  fields: Record<string, string>
  words: Record<string, Record<string, string>>
}

export interface FormShape {
  code: string
  line: readonly { number: string; fields: readonly { name: string; kind: string }[] }[]
}

/** `line` is the number of the line on the form; empty for what frames the message. */
export interface Sentence {
  line: string
  text: string
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** The form as sentences, in its order; what nobody has said is left out. An exercise says so first and last. */
export function readAloud(
  form: FormShape,
  lines: Record<string, unknown>,
  words: VoiceWords,
  { tag = '', exercise = false }: { tag?: string; exercise?: boolean } = {},
): Sentence[] {
  const name = words.forms[form.code] ?? form.code
  const opening = tag ? words.opening : words.opening_untagged
  const found: Sentence[] = [{ line: '', text: filled(opening, { form: name, tag: spelled(tag, words) }) }]
  for (const { number, fields } of form.line) {
    const said = fields.map((field) => sayField(field, lines[field.name], words)).filter(Boolean)
    if (!said.length) continue
    const label = filled(words.line, { number: spelled(number, words) })
    found.push({ line: number, text: filled(words.sentence, { line: label, said: said.join(words.comma) }) })
  }
  found.push({ line: '', text: words.closing })
  const mark = { line: '', text: words.exercise }
  return exercise ? [mark, ...found, mark] : found
}

/** Letter by letter, digit by digit; what is neither is not said. */
export function spelled(text: string, words: VoiceWords): string {
  const said = [...text.toUpperCase()].map((one) => {
    const letter = LETTERS.indexOf(one)
    if (letter >= 0) return words.alphabet[letter]!
    if (one === '.') return words.decimal
    return /[0-9]/.test(one) ? words.digits[Number(one)]! : ''
  })
  return said.filter(Boolean).join(words.between)
}

function sayField(field: { name: string; kind: string }, value: unknown, words: VoiceWords): string {
  const said = sayValue(field, value, words)
  return said && filled(words.fields[field.name] ?? '{value}', { value: said })
}

function sayValue({ name, kind }: { name: string; kind: string }, value: unknown, words: VoiceWords): string {
  if (value === null || value === undefined || value === '') return ''
  switch (kind) {
    case 'POSITION':
      return sayPosition(value, words)
    case 'COUNTS':
    case 'PEOPLE':
      return isTable(value) ? sayCounted(name, value, words) : ''
    case 'CODES':
      if (Array.isArray(value)) return value.map((one) => sayCode(name, String(one), words)).join(words.comma)
      break
    case 'FLAG':
      return value === true ? words.yes : value === false ? words.no : ''
    case 'CODE':
      return sayCode(name, String(value), words)
    case 'TIME':
      return sayTime(String(value), words)
  }
  return sayText(String(value), words)
}

function sayText(text: string, words: VoiceWords): string {
  const pad = words.between
  return text
    .replace(/[0-9]+(?:\.[0-9]+)*/g, (found) => pad + spelled(found, words) + pad)
    .replace(/ +/g, ' ')
    .replace(/^ | $/g, '')
}

/** The word for a code; of one that has none the code itself. A country behind a colon is spelled. */
function sayCode(field: string, code: string, words: VoiceWords): string {
  const colon = code.indexOf(':')
  const base = colon < 0 ? code : code.slice(0, colon)
  const word = words.words[field]?.[base] || sayText(base.replaceAll('_', ' '), words)
  const country = colon < 0 ? '' : code.slice(colon + 1)
  return country ? `${word} ${spelled(country, words)}` : word
}

function sayCounted(field: string, counts: Record<string, unknown>, words: VoiceWords): string {
  const known = Object.keys(words.words[field] ?? {})
  const place = (code: string) => {
    const at = known.indexOf(code.split(':')[0]!)
    return at < 0 ? known.length : at
  }
  const said = Object.entries(counts)
    .sort(([one], [other]) => place(one) - place(other))
    .filter(([, count]) => Number.isInteger(count) && (count as number) > 0)
    .map(([code, count]) => `${sayCode(field, code, words)} ${spelled(String(count), words)}`)
  return said.join(words.comma) || (Object.keys(counts).length ? words.none : '')
}

/** Degrees as decimals; a text (a grid reference) is spelled. */
function sayPosition(value: unknown, words: VoiceWords): string {
  if (typeof value === 'string') return spelled(value, words)
  if (!isTable(value)) return ''
  const { lat, lon, ce } = value
  if (typeof lat !== 'number' || typeof lon !== 'number') return ''
  const said = [
    filled(lat >= 0 ? words.north : words.south, { degrees: spelled(degrees(Math.abs(lat)), words) }),
    filled(lon >= 0 ? words.east : words.west, { degrees: spelled(degrees(Math.abs(lon)), words) }),
  ]
  if (typeof ce === 'number' && ce > 0)
    said.push(filled(words.within, { metres: spelled(String(Math.floor(ce + 0.5)), words) }))
  return said.join(words.comma)
}

function sayTime(text: string, words: VoiceWords): string {
  const found = /^[0-9]{4}-[0-9]{2}-([0-9]{2})T([0-9]{2}):([0-9]{2})(?::[0-9.]+)?Z$/.exec(text)
  if (!found) return sayText(text, words)
  return filled(words.time, { clock: spelled(found[2]! + found[3]!, words), day: spelled(found[1]!, words) })
}

const filled = (template: string, values: Record<string, string>): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
