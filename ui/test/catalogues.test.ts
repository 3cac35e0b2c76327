import { parse, type Content, type Select, type Token } from '@messageformat/parser'
import { readdirSync, readFileSync } from 'node:fs'
import PO from 'pofile'
import { describe, expect, test } from 'vitest'
import { MARK } from '../build/catalogue'

const FOLDER = new URL('../src/locales/', import.meta.url)
const LANGUAGES = ['ar', 'en', 'es', 'fr', 'ru', 'zh']
const FORMS: Record<string, string[]> = {
  ar: ['zero', 'one', 'two', 'few', 'many', 'other'],
  en: ['one', 'other'],
  es: ['one', 'other'],
  fr: ['one', 'other'],
  ru: ['one', 'few', 'many', 'other'],
  zh: ['other'],
}

const catalogues = Object.fromEntries(
  LANGUAGES.map((language) => [language, PO.parse(readFileSync(new URL(`${language}.po`, FOLDER), 'utf8'))]),
)
const texts = (language: string) =>
  new Map(catalogues[language]!.items.map((item) => [item.msgid, item.msgstr[0] ?? '']))

const isChoice = (token: Token): token is Select =>
  token.type === 'plural' || token.type === 'select' || token.type === 'selectordinal'

function placeholders(tokens: Token[]): Set<string> {
  const found = new Set<string>()
  for (const token of tokens) {
    if ('arg' in token && token.arg) found.add(token.arg)
    if (isChoice(token))
      for (const branch of token.cases) for (const name of placeholders(branch.tokens)) found.add(name)
  }
  return found
}

test('there are exactly the six languages', () => {
  expect(
    readdirSync(FOLDER)
      .filter((name) => name.endsWith('.po'))
      .sort(),
  ).toEqual(LANGUAGES.map((language) => `${language}.po`))
})

describe.each(LANGUAGES)('%s', (language) => {
  const own = texts(language)
  test('has the same ids as English, each once', () => {
    expect([...own.keys()].sort()).toEqual([...texts('en').keys()].sort())
    expect(own.size).toBe(catalogues[language]!.items.length)
  })
  test('marks every id as explicit, or Lingui would look for a hash', () => {
    expect(catalogues[language]!.items.filter((item) => !item.extractedComments.includes(MARK))).toEqual([])
  })
  test('leaves nothing untranslated', () => {
    expect([...own].filter(([, text]) => text.trim() === '')).toEqual([])
  })
  test('is valid message format with the placeholders of English and every plural form', () => {
    const source = texts('en')
    for (const [id, text] of own) {
      const tokens = parse(text)
      expect(placeholders(tokens), id).toEqual(placeholders(parse(source.get(id)!)))
      for (const token of tokens)
        if (isChoice(token))
          expect(
            token.cases.map((branch) => branch.key),
            id,
          ).toEqual(FORMS[language])
    }
  })
})

test('words of the message are in the script of their language', () => {
  const SCRIPTS: Record<string, RegExp> = {
    ar: /\p{Script=Arabic}/u,
    ru: /\p{Script=Cyrillic}/u,
    zh: /\p{Script=Han}/u,
  }
  const SAME_EVERYWHERE = /^(triage\.short\.none|theme\.code|module\.CT)$/
  for (const [language, script] of Object.entries(SCRIPTS))
    for (const [id, text] of texts(language)) {
      const words = parse(text)
        .filter((token): token is Content => token.type === 'content')
        .map((token) => token.value)
        .join('')
      if (/\p{Letter}/u.test(words) && !SAME_EVERYWHERE.test(id))
        expect(script.test(text), `${language} ${id}: ${text}`).toBe(true)
    }
})

test('a stretcher is a stretcher in every language, never rubbish', () => {
  const TERM: Record<string, RegExp> = {
    ar: /نقال/,
    en: /stretcher/,
    es: /camilla/,
    fr: /brancard/,
    ru: /носил/,
    zh: /担架/,
  }
  for (const language of LANGUAGES) expect(texts(language).get('fact.litter')).toMatch(TERM[language]!)
})
