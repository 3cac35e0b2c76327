import { useMemo, useState } from 'react'
import type { Me, RequestRow } from '../../api/types'
import { LANGUAGES } from '../../i18n/languages'
import { ltr, useText } from '../../i18n/text'
import { useOutboxState } from '../../outbox/useOutbox'
import { Choices } from '../bits'
import { everyone, type Care, type Fields } from '../care/fold'
import { useRecorder } from '../care/record'
import { writeRequest } from '../dn1'
import { clinicalRows, known, ownRows, rowsOf } from '../own'
import { goTo } from '../place'
import { readAloud } from '../radio'
import { useSignal } from '../signal'
import type { Lines } from './form'
import { Picture } from './Picture'
import { useForms } from './useForms'
import './request.css'

/** F4: one line a screenful, in the language of the radio net, whatever language the screen speaks. */
export function ReadScreen({ me, id }: { me: Me; id: string }) {
  const { t } = useText()
  const { forms, voice, short } = useForms()
  const site = useSignal(known)
  const { entries } = useOutboxState()
  const recorder = useRecorder(id, false)
  const [spoken, setSpoken] = useState(me.mission.languages[0] ?? 'en')
  const [at, setAt] = useState(0)
  const request = useMemo(
    () =>
      found(id, rowsOf<RequestRow>(site, 'requests'), entries.map(({ command }) => command as unknown as Fields)) ??
      ofPatient(everyone(ownRows(site), entries, { injuries: clinicalRows(site, 'injuries'), interventions: clinicalRows(site, 'interventions'), vitals: clinicalRows(site, 'vitals') }).find(({ subject }) => subject === id)),
    [id, site, entries],
  )
  const form = forms.find(({ code, dialects }) => code === request?.dialect || dialects.includes(request?.dialect ?? '')) ?? forms.find(({ code }) => code === 'NINE_LINE')
  const words = voice[spoken] ?? voice.en
  if (!request || !form || !words)
    return (
      <section className="form" data-state="empty">
        <h1>{t('medic.read_aloud')}</h1>
        <p>{t('medic.no_policy')}</p>
      </section>
    )
  const lines = { ...request.lines, pickup: request.pickup }
  const sentences = readAloud(form, lines, words, { tag: request.tag, exercise: me.mission.exercise })
  const isLast = at >= sentences.length - 1
  const dir = LANGUAGES.find(({ code }) => code === spoken)?.dir ?? 'ltr'
  const line = short && form.about === 'request' ? asText(request, lines, me.mission.exercise, form.code === 'NINE_LINE' ? '9' : '4', short) : ''

  function acknowledged(): void {
    if (form?.about === 'request' && me.permissions.includes('casualty.contact_role'))
      recorder.keep({ t: 'casualty.contact_role', request: id, role: 'casevac_cell', channel: 'VOICE', reached: true }, '')
    goTo('')
  }

  return (
    <section className="form read" data-state="ready" data-at={at}>
      <h1 className="only-heard">{t('medic.read_aloud')}</h1>
      <p>
        {t('medic.part_of', { at: ltr(at + 1), all: ltr(sentences.length) })}
      </p>
      <p className="aloud" lang={spoken} dir={dir} aria-live="polite">
        {sentences[Math.min(at, sentences.length - 1)]?.text}
      </p>
      <div className="bar">
        <div className="bar-buttons">
          <button type="button" className="plain" disabled={at === 0} onClick={() => setAt(at - 1)}>
            {t('medic.before')}
          </button>
          {isLast ? (
            <button type="button" className="primary" onClick={acknowledged}>
              {t('medic.acknowledged')}
            </button>
          ) : (
            <button type="button" className="primary" onClick={() => setAt(at + 1)}>
              {t('medic.next_line')}
            </button>
          )}
        </div>
      </div>
      <Choices
        label={t('medic.radio_language')}
        value={spoken}
        narrow
        choices={LANGUAGES.filter(({ code }) => voice[code]).map(({ code, name }) => ({ id: code, content: <bdi lang={code}>{name}</bdi> }))}
        onChoose={setSpoken}
      />
      {line ? (
        <details>
          <summary>{t('medic.text_line')}</summary>
          <p>
            <bdi dir="ltr" className="code dn1">
              {line}
            </bdi>
          </p>
          <Picture text={line} label={t('medic.text_line')} />
        </details>
      ) : null}
      <button type="button" className="plain" onClick={() => goTo('')}>
        {t('field.back')}
      </button>
    </section>
  )
}

/** The AT-MIST of somebody for whom nothing was asked yet. */
function ofPatient(care: Care | undefined): Found | null {
  if (!care) return null
  const signs = care.vitals.at(-1)?.values ?? {}
  return {
    tag: care.tag,
    dialect: 'AT_MIST',
    pickup: null,
    lines: {
      injured_at: care.injuryAt?.t,
      mechanism: care.mechanism,
      injuries: [...new Set(care.injuries.map(({ kind }) => kind))],
      injuries_text: care.injuries.map(({ region, side }) => [side, region.replaceAll('_', ' ')].filter(Boolean).join(' ')).join(', '),
      signs: Object.entries(signs)
        .map(([name, value]) => `${name.replaceAll('_', ' ').toUpperCase()} ${value}`)
        .join(', '),
      treatment: care.interventions
        .map(({ code, limb, text }) => [code.replaceAll('_', ' '), limb, text].filter(Boolean).join(' '))
        .join(', '),
    },
  }
}

interface Found {
  tag: string
  dialect: string
  lines: Lines
  pickup: { lat: number; lon: number } | null
}

function found(id: string, rows: RequestRow[], commands: Fields[]): Found | null {
  const row = rows.find(({ subject }) => subject === id)
  const own = commands.filter((each) => each.request === id && each.lines)
  if (!row && !own.length) return null
  return own.reduce<Found>(
    (sofar, each) => ({
      ...sofar,
      dialect: String(each.dialect ?? sofar.dialect),
      lines: { ...sofar.lines, ...(each.lines as Lines) },
      pickup: (each.pickup as Found['pickup']) ?? sofar.pickup,
    }),
    { tag: row?.tag ?? '', dialect: row?.dialect ?? '', lines: { ...(row?.lines ?? {}) }, pickup: (row?.pickup as Found['pickup']) ?? null },
  )
}

/** Without a tag there is no text line: nobody could answer it. */
function asText(request: Found, lines: Lines, exercise: boolean, kind: '9' | '4', short: Parameters<typeof writeRequest>[1]): string {
  if (!request.tag) return ''
  try {
    return writeRequest({ kind, tag: request.tag, exercise, pickup: request.pickup, lines }, short)
  } catch (error) {
    if (error instanceof RangeError) return ''
    throw error
  }
}
