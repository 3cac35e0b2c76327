/** The six languages, each by its own name, and the switch between them without a reload. */
import { i18n, type Messages } from '@lingui/core'

export const LANGUAGES = [
  { code: 'ar', name: 'العربية', dir: 'rtl' },
  { code: 'en', name: 'English', dir: 'ltr' },
  { code: 'es', name: 'Español', dir: 'ltr' },
  { code: 'fr', name: 'Français', dir: 'ltr' },
  { code: 'ru', name: 'Русский', dir: 'ltr' },
  { code: 'zh', name: '中文', dir: 'ltr' },
] as const

export type Language = (typeof LANGUAGES)[number]['code']

export type Catalogues = Record<string, () => Promise<{ messages: Messages }>>
let catalogues: Catalogues = {}
let further: Catalogues = {}

const byLanguage = (found: Catalogues): Catalogues =>
  Object.fromEntries(Object.entries(found).map(([path, load]) => [/(\w\w)\.po/.exec(path)![1]!, load]))

/** Each page says where its texts are: a phone does not load those of the desk. */
export function speakFrom(found: Catalogues): void {
  catalogues = byLanguage(found)
}

/** More texts of the same languages, for screens that come later. */
export async function speakAlso(found: Catalogues): Promise<void> {
  further = byLanguage(found)
  const language = i18n.locale as Language
  i18n.load(language, (await further[language]!()).messages)
}

const CHOICE = 'dunant.language'

/** Latin digits in every language: clinical values must read the same on every screen. */
export const numbersOf = (language: string): string => `${language}-u-nu-latn`

export function preferredLanguage(): Language {
  const asked = [localStorage.getItem(CHOICE), ...navigator.languages.map((tag) => tag.slice(0, 2))]
  return (
    LANGUAGES.find(({ code }) => asked.find((one) => LANGUAGES.some((known) => known.code === one)) === code)?.code ??
    'en'
  )
}

export async function speak(language: Language): Promise<void> {
  const found = await Promise.all([catalogues[language]!(), further[language]?.()])
  for (const each of found) if (each) i18n.load(language, each.messages)
  i18n.activate(language, [numbersOf(language)])
  const root = document.documentElement
  root.lang = language
  root.dir = LANGUAGES.find(({ code }) => code === language)!.dir
}

export async function chooseLanguage(language: Language): Promise<void> {
  await speak(language)
  localStorage.setItem(CHOICE, language)
}
