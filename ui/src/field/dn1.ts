/** `DN1`: a request or a patient in one line of at most 160 characters, for what carries nothing else. Written only; the
 * site reads. Its twin is `dunant/exchange/forms/dn1.py`; both make the same bytes of `tests/references/dn1.json`. */

export interface ShortForms {
  /** List → code → what the line writes for it. */
  short: Record<string, Record<string, string>>
  limit: { characters: number; twice: string }
}

export interface RequestLine {
  kind: '9' | '4'
  tag: string
  exercise?: boolean
  pickup?: { lat: number; lon: number; ce?: number | null } | null
  /** By the names of the form pack. */
  lines: Record<string, unknown>
  /** Names of what is not whole. */
  cut?: readonly string[]
}

export interface PatientLine {
  tag: string
  exercise?: boolean
  category?: string | null
  mechanism?: string | null
  injuries?: readonly { kind: string; region?: string; side?: string }[]
  /** Such as `HR130`, `RAD0` (no radial pulse) or `A` (alert). */
  signs?: readonly string[]
  /** `at` is a time of day with its zone, such as `1955Z`. */
  treatments?: readonly { code: string; limb?: string; at?: string }[]
  cut?: readonly string[]
}

const CUT = '+'
const COUNTS = ['URGENT_SURGICAL', 'URGENT', 'PRIORITY', 'ROUTINE', 'CONVENIENCE']
const LIKE_A_TOKEN = {
  '9': / (?=P\d+\.\d|Q[NHXVO]+(?: |$)|L\d+\.\d|S[0-3](?: |$)|M[0-4](?:[: ]|$)|N[a-z]\d|K\d+(?: |$))/g,
  '4': / (?=C|P\d+\.\d|I[A-Z_]+(?: |$)|S[0-3](?: |$))/g,
}

/** A 9-line (`kind` 9) or a 4-line. Throws RangeError when even the shortest form is too long. */
export function writeRequest(said: RequestLine, by: ShortForms): string {
  const text: Record<string, string> = {}
  for (const name of ['freq', 'title', 'marking_text']) text[name] = free(name, said)
  const { lines, kind } = said
  const [everybody, children] = peopleOf(lines.nationality, by)
  let people = everybody && said.cut?.includes('nationality') ? everybody + CUT : everybody
  const freq = () => coded('F', text.freq)
  const security = coded('S', short(by, 'security', lines.security))
  const written = () => {
    const tokens = [head(kind, said), placeOf(said.pickup), freq()]
    if (kind === '4') {
      const type = typeof lines.incident_type === 'string' ? lines.incident_type : ''
      return sealed([...tokens, coded('C', text.title), countsOf(said), coded('I', type), security])
    }
    const marking =
      short(by, 'marking', lines.marking) || (text.marking_text ? (by.short.marking?.OTHER ?? '') : '')
    return sealed([
      ...tokens,
      countsOf(said),
      coded('Q', equipmentOf(lines.equipment, by)),
      bedsOf(lines),
      security,
      marking && `M${marking}${text.marking_text ? `:${text.marking_text}` : ''}`,
      coded('N', people),
      coded('K', children),
    ])
  }
  let over = overOf(written(), by)
  for (const name of ['marking_text', 'title', 'freq'])
    if (over > 0 && text[name]) {
      text[name] = shortened(text[name], over, by.limit.twice)
      over = overOf(written(), by)
    }
  while (over > 0 && people.includes(',')) {
    const whole = people.replace(/\++$/, '')
    people = whole.slice(0, whole.lastIndexOf(',')) + CUT
    over = overOf(written(), by)
  }
  return shortEnough(written(), over)
}

/** One casualty. */
export function writePatient(said: PatientLine, by: ShortForms): string {
  const parts = {
    i: (said.injuries ?? []).map((one) =>
      joined(short(by, 'injury', one.kind) || one.kind, short(by, 'region', one.region) || one.region, one.side),
    ),
    s: (said.signs ?? []).map(solid),
    t: (said.treatments ?? []).map((one) => joined(short(by, 'intervention', one.code) || one.code, one.limb, one.at)),
  }
  const cut = new Set(said.cut)
  const listed = (mark: 'i' | 's' | 't') =>
    parts[mark].length || cut.has(mark)
      ? `${mark}=${parts[mark].join(mark === 's' ? ',' : '+')}${cut.has(mark) ? CUT : ''}`
      : ''
  const written = () =>
    sealed([
      head('M', said),
      coded('T', short(by, 'triage', said.category)),
      said.mechanism ? `m=${solid(said.mechanism)}` : '',
      listed('i'),
      listed('s'),
      listed('t'),
    ])
  let over = overOf(written(), by)
  for (const mark of ['t', 's', 'i'] as const)
    while (over > 0 && parts[mark].pop() !== undefined) {
      cut.add(mark)
      over = overOf(written(), by)
    }
  return shortEnough(written(), over)
}

/** Five decimals, halves away from zero: the same digits as the site writes. */
export function degrees(value: number): string {
  const whole = Math.floor(Math.abs(value) * 100000 + 0.5)
  const sign = value < 0 && whole ? '-' : ''
  return `${sign}${Math.floor(whole / 100000)}.${String(whole % 100000).padStart(5, '0')}`
}

/** CRC-16/CCITT-FALSE. */
export function crc16(text: string): number {
  let value = 0xffff
  for (const character of text) {
    value ^= character.charCodeAt(0) << 8
    for (let bit = 0; bit < 8; bit++) value = (value & 0x8000 ? (value << 1) ^ 0x1021 : value << 1) & 0xffff
  }
  return value
}

function head(kind: string, said: { tag: string; exercise?: boolean }): string {
  const spoken = said.tag
    .toUpperCase()
    .replace(/^D-/, '')
    .replace(/^X-/, '')
    .replaceAll('-', '')
  if (spoken && !/^[0-9A-Z]{6}$/.test(spoken)) throw new RangeError('tag')
  return `DN1${said.exercise ? 'X' : ''} ${kind} ${spoken || '-'}`
}

function placeOf(place: RequestLine['pickup']): string {
  if (!place) return ''
  const radius = Math.floor((place.ce ?? 0) + 0.5)
  return `@${degrees(place.lat)},${degrees(place.lon)}${radius > 0 ? `~${radius}` : ''}`
}

function free(name: string, said: RequestLine): string {
  const value = said.lines[name]
  const isCut = said.cut?.includes(name) ?? false
  if (typeof value !== 'string' || !value.trim()) return isCut ? CUT : ''
  const [ascii, isLossy] = plain(value)
  const text = ascii.replace(/\++$/, '').trimEnd().replace(LIKE_A_TOKEN[said.kind], '_')
  return isLossy || isCut || value.trimEnd().endsWith(CUT) ? text + CUT : text
}

/** The text in ASCII, and whether anything was lost by it. */
function plain(text: string): [string, boolean] {
  // eslint-disable-next-line no-control-regex -- line breaks and tabs become blanks
  const blanks = /[\x00-\x20\x7f]+/g
  const whole = text.replace(blanks, ' ').replace(/^ | $/g, '')
  const bare = whole.normalize('NFKD').replace(/\p{M}/gu, '')
  const said = bare
    .replace(/[^\x20-\x7e]+/g, '?')
    .replace(blanks, ' ')
    .replace(/^ | $/g, '')
    .replaceAll('`', "'")
  return [said, said !== whole]
}

function septets(text: string, twice: string): number {
  return text.length + [...text].filter((character) => twice.includes(character)).length
}

function shortened(text: string, over: number, twice: string): string {
  let left = text.replace(/\++$/, '')
  const goal = Math.max(0, septets(left, twice) - over - (text.endsWith(CUT) ? 0 : 1))
  while (left && septets(left, twice) > goal) left = left.slice(0, -1)
  return left.trimEnd() + CUT
}

function countsOf(said: RequestLine): string {
  const counts = said.lines.counts
  if (!isTable(counts)) return ''
  const isBeyond =
    said.cut?.includes('counts') ||
    Object.entries(counts).some(([code, count]) => !COUNTS.includes(code) && number(count) > 0)
  return `P${COUNTS.map((code) => number(counts[code])).join('.')}${isBeyond ? CUT : ''}`
}

function equipmentOf(asked: unknown, by: ShortForms): string {
  if (!Array.isArray(asked)) return ''
  const found = Object.entries(by.short.equipment ?? {}).filter(([code]) => asked.includes(code))
  return found.map(([, letter]) => letter).join('')
}

function bedsOf(lines: Record<string, unknown>): string {
  const said = [lines.litter, lines.ambulatory, lines.escort]
  return said.some((one) => one !== null && one !== undefined) ? `L${said.map(number).join('.')}` : ''
}

/** Adults by letter, and children; a country is not said. */
function peopleOf(value: unknown, by: ShortForms): [string, string] {
  if (!isTable(value)) return ['', '']
  const letters = by.short.affiliation ?? {}
  const found = new Map(Object.values(letters).map((letter) => [letter, 0]))
  for (const [name, count] of Object.entries(value)) {
    if (name === 'child') continue
    const code = name === 'epw' ? 'DETAINEE' : name.split(':')[0]!
    const letter = letters[code] ?? letters.UNKNOWN!
    found.set(letter, found.get(letter)! + number(count))
  }
  const people = [...found].filter(([, count]) => count).map(([letter, count]) => letter + count)
  return [people.join(','), 'child' in value ? String(number(value.child)) : '']
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0

const number = (value: unknown): number => (Number.isInteger(value) && (value as number) > 0 ? (value as number) : 0)

const short = (by: ShortForms, list: string, code: unknown): string =>
  typeof code === 'string' ? (by.short[list]?.[code] ?? '') : ''

const coded = (mark: string, value: string | undefined): string => (value ? mark + value : '')

const solid = (text: string): string => plain(text)[0].replace(/[ ,.+*=]+/g, '_')

const joined = (...parts: (string | undefined)[]): string =>
  parts
    .filter((part): part is string => Boolean(part))
    .map(solid)
    .join('.')

function sealed(tokens: string[]): string {
  const body = `${tokens.filter(Boolean).join(' ')} `
  return `${body}*${crc16(body).toString(16).toUpperCase().padStart(4, '0')}`
}

const overOf = (line: string, by: ShortForms): number => septets(line, by.limit.twice) - by.limit.characters

function shortEnough(line: string, over: number): string {
  if (over > 0) throw new RangeError('too_long')
  return line
}
