import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type FormShape, type VoiceWords, readAloud } from '../src/field/radio'

interface Reference {
  forms: Record<string, FormShape>
  languages: Record<string, VoiceWords>
  vectors: {
    form: string
    tag: string
    exercise: boolean
    lines: Record<string, unknown>
    sentences: Record<string, string[]>
  }[]
}

const reference = JSON.parse(
  readFileSync(new URL('../../tests/references/read_aloud.json', import.meta.url), 'utf8'),
) as Reference
const cases = reference.vectors.flatMap((vector, number) =>
  Object.keys(vector.sentences).map((language) => [`${number} ${vector.form}`, language, vector] as const),
)

describe('what is read aloud at the radio', () => {
  test.each(cases)('%s in %s', (_, language, { form, lines, tag, exercise, sentences }) => {
    const said = readAloud(reference.forms[form]!, lines, reference.languages[language]!, { tag, exercise })
    expect(said.map(({ text }) => text)).toEqual(sentences[language])
  })

  test('no value of a form can write into its template', () => {
    const words = reference.languages.en!
    const said = readAloud(reference.forms.FOUR_LINE!, { title: '{line} $& {form}' }, words)
    expect(said[1]!.text).toBe('Line two: callsign {line} $& {form}.')
  })
})
