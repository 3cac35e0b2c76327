import { useMemo, useState } from 'react'
import type { Me, RequestRow } from '../../api/types'
import { LANGUAGES } from '../../i18n/languages'
import { ltr, useText } from '../../i18n/text'
import { useOutboxState } from '../../outbox/useOutbox'
import { Choices } from '../bits'
import type { Fields } from '../care/fold'
import { useRecorder } from '../care/record'
import { writeRequest } from '../dn1'
import { known, rowsOf } from '../own'
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
    () => found(id, rowsOf<RequestRow>(site, 'requests'), entries.map(({ command }) => command as unknown as Fields)),
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
  const line = short ? asText(request, lines, me.mission.exercise, form.code === 'NINE_LINE' ? '9' : '4', short) : ''

  function acknowledged(): void {
    if (me.permissions.includes('casualty.contact_role'))
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
  try {
    return writeRequest({ kind, tag: request.tag || '000000', exercise, pickup: request.pickup, lines }, short)
  } catch (error) {
    if (error instanceof RangeError) return ''
    throw error
  }
}
