import { useMemo, useState } from 'react'
import { uuid7 } from '../../api/ids'
import type { Me, RequestRow } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { Code } from '../../kit/Code'
import { TriageMark } from '../../kit/TriageMark'
import { missionNow } from '../../live/missionClock'
import { useOutboxState } from '../../outbox/useOutbox'
import { Choices } from '../bits'
import { everyone, type Fields } from '../care/fold'
import { useRecorder } from '../care/record'
import { known, ownRows, rowsOf } from '../own'
import { goTo } from '../place'
import { reach } from '../reach'
import { useSignal } from '../signal'
import { LineEditor } from './LineEditor'
import { lacking, mismatch, parted, prefilled, type Lines } from './form'
import { useForms } from './useForms'
import './request.css'

const FORMS = ['FOUR_LINE', 'NINE_LINE', 'METHANE', 'REFERRAL']
const KINDS: Record<string, string> = { REFERRAL: 'MEDEVAC_NONEMERG' }
const FIRST = 4

/** F3: the first lines are enough to send; the others can follow. `id` is `casualty/request/form/incident`, each optional. */
export function RequestScreen({ me, id }: { me: Me; id: string }) {
  const { t } = useText()
  const [casualty = '', given = '', asked = '', incident = ''] = id.split('/').map((part) => (part === '-' ? '' : part))
  const [request] = useState(() => given || uuid7(missionNow()))
  const recorder = useRecorder(request, false)
  const { entries } = useOutboxState()
  const site = useSignal(known)
  const { forms, words } = useForms()
  const { link } = useSignal(reach)
  const people = useMemo(
    () => everyone(ownRows(site), entries, { injuries: [], interventions: [], vitals: [] }),
    [site, entries],
  )
  const before = useMemo(() => earlier(request, rowsOf<RequestRow>(site, 'requests'), entries.map(({ command }) => command as unknown as Fields)), [request, site, entries])
  const [code, setCode] = useState(asked || before?.form || 'FOUR_LINE')
  const [patients, setPatients] = useState<string[]>(before?.casualties ?? (casualty ? [casualty] : []))
  const [typed, setTyped] = useState<Lines>({})
  const form = forms.find((each) => each.code === code)
  const chosen = people.filter(({ subject }) => patients.includes(subject))
  const precedences = site.policy?.triage_precedence ?? {}
  const lines: Lines = { ...prefilled(chosen, precedences, { title: me.unit }), ...before?.lines, ...typed }
  const pickup = (typed.pickup ?? before?.pickup ?? chosen.map(({ position }) => position).find(Boolean) ?? null) as { lat: number; lon: number } | null
  const put = (name: string, value: unknown) => setTyped((now) => ({ ...now, [name]: value }))
  const sums = mismatch(lines, patients.length)
  const open = form ? lacking(form, lines, pickup) : []

  function send(then: 'read' | 'back'): void {
    const fields = { request, casualties: patients, ...parted(code, lines), ...(pickup ? { pickup: { lat: pickup.lat, lon: pickup.lon } } : {}) }
    if (before) recorder.keep({ t: 'casualty.amend_request', ...fields }, '')
    else
      recorder.keep(
        {
          t: 'casualty.request_evacuation',
          ...fields,
          kind: KINDS[code] ?? 'CASEVAC',
          dialect: code,
          exercise: me.mission.exercise,
          ...(incident ? { incident } : {}),
        },
        '',
      )
    if (then === 'read') goTo('read', request)
    else goTo(casualty ? 'casualty' : '', casualty)
  }

  if (!form || !words)
    return (
      <section className="form" data-state="empty">
        <h1>{t('medic.request_title')}</h1>
        <p>{t('medic.no_policy')}</p>
      </section>
    )
  return (
    <section className="form request" data-state={link === 'offline' ? 'offline_queue' : 'ready'} data-form={code}>
      <h1>{t('medic.request_title')}</h1>
      {link === 'offline' ? (
        <div className="notice" data-tone="amber">
          <p>{t('medic.no_link')}</p>
          <button type="button" className="plain" onClick={() => send('read')}>
            {t('medic.keep_and_read')}
          </button>
        </div>
      ) : null}
      {before ? null : (
        <Choices label={t('medic.form')} value={code} narrow choices={FORMS.filter((each) => forms.some((one) => one.code === each)).map((each) => ({ id: each, content: t(`form.${each}`) }))} onChoose={setCode} />
      )}
      <Patients all={people} chosen={patients} onChoose={setPatients} />
      {form.line.slice(0, FIRST).map((line) => (
        <LineEditor key={line.number} line={line} lines={{ ...lines, pickup }} words={words} onPut={put} />
      ))}
      {form.line.length > FIRST ? (
        <details>
          <summary>{t('medic.rest_follows')}</summary>
          {form.line.slice(FIRST).map((line) => (
            <LineEditor key={line.number} line={line} lines={{ ...lines, pickup }} words={words} onPut={put} />
          ))}
        </details>
      ) : null}
      {sums.length ? (
        <p className="notice" data-tone="amber" role="status" data-mismatch>
          {t('medic.sums_differ', { what: sums.map(({ line, count }) => `${t(`medic.sum.${line}`)} ${ltr(count)}`).join(' · ') })}
        </p>
      ) : null}
      {open.length ? (
        <p data-lacking>{t('medic.lacking', { lines: ltr(open.join(', ')) })}</p>
      ) : (
        <p>{t('medic.enough')}</p>
      )}
      <div className="bar">
        <div className="bar-buttons">
          <button type="button" className="plain" onClick={() => send('read')}>
            {t('medic.keep_and_read')}
          </button>
          <button type="button" className="primary" onClick={() => send('back')}>
            {t(before ? 'medic.send_changes' : 'medic.send_request')}
          </button>
        </div>
      </div>
    </section>
  )
}

interface Earlier {
  form: string
  casualties: string[]
  lines: Lines
  pickup: unknown
}

/** What this request says so far: as the site knows it, and what was added here since. */
function earlier(request: string, rows: RequestRow[], commands: Fields[]): Earlier | null {
  const row = rows.find(({ subject }) => subject === request)
  const own = commands.filter((each) => each.request === request && each.lines)
  if (!row && !own.length) return null
  const found: Earlier = {
    form: row?.dialect ?? '',
    casualties: row?.casualties ?? [],
    lines: { ...(row?.lines ?? {}) },
    pickup: row?.pickup ?? null,
  }
  for (const each of own) {
    if (each.dialect) found.form = String(each.dialect)
    if ((each.casualties as string[])?.length) found.casualties = each.casualties as string[]
    Object.assign(found.lines, each.lines, each.referral)
    found.pickup = each.pickup ?? found.pickup
  }
  return found
}

function Patients({ all, chosen, onChoose }: { all: ReturnType<typeof everyone>; chosen: string[]; onChoose: (list: string[]) => void }) {
  const { t } = useText()
  const shown = all.filter(({ subject, request }) => chosen.includes(subject) || !request)
  if (!shown.length) return null
  return (
    <fieldset className="patients">
      <legend>{t('medic.patients')}</legend>
      {shown.map(({ subject, tag, triage }) => (
        <label key={subject} className="tick">
          <input
            type="checkbox"
            checked={chosen.includes(subject)}
            onChange={({ target }) => onChoose(target.checked ? [...chosen, subject] : chosen.filter((each) => each !== subject))}
          />
          <TriageMark triage={triage} /> {tag ? <Code>{tag}</Code> : <span>{t('field.no_tag')}</span>}
        </label>
      ))}
    </fieldset>
  )
}
