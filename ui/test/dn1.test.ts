import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type PatientLine, type RequestLine, type ShortForms, crc16, writePatient, writeRequest } from '../src/field/dn1'

interface Reference {
  by: ShortForms
  vectors: { name: string; given: (RequestLine | PatientLine) & { form: string }; line: string }[]
}

const reference = JSON.parse(
  readFileSync(new URL('../../tests/references/dn1.json', import.meta.url), 'utf8'),
) as Reference

describe('the text line DN1', () => {
  test('has the check sum of the catalogue', () => expect(crc16('123456789')).toBe(0x29b1))

  test.each(reference.vectors.map((vector) => [vector.name, vector] as const))('%s', (_, { given, line }) => {
    const made =
      given.form === 'PatientLine'
        ? writePatient(given as PatientLine, reference.by)
        : writeRequest(given as RequestLine, reference.by)
    expect(made).toBe(line)
  })

  test('refuses what is no tag', () =>
    expect(() => writeRequest({ kind: '9', tag: 'Sgt. Miller', lines: {} }, reference.by)).toThrow('tag'))
})
