import { useState } from 'react'
import { useText } from '../../i18n/text'
import { TriageMark } from '../../kit/TriageMark'
import { known } from '../own'
import { useSignal } from '../signal'
import { lastSigns, type Care } from './fold'
import { disagree, INDETERMINATE, triage, type Bounds, type Finding, type Observations, type Scheme } from './triage'

const COUNTED = ['rr', 'hr', 'gcs', 'crt_s', 'avpu', 'unconscious']
const ASKED = ['walks', 'breathes', 'breathes_after_airway', 'radial', 'obeys'] as const
/** Signs older than this are not what somebody sees now. */
const FRESH_MS = 10 * 60_000

/** The same observations under every scheme of the mission; where they differ, a person decides. */
export function Schemes({ care, onTake }: { care: Care; onTake: (category: string, more: Record<string, unknown>) => void }) {
  const { t } = useText()
  const { policy } = useSignal(known)
  const [seen, setSeen] = useState<Observations>({})
  const schemes = Object.entries(policy?.triage ?? {}).map(([id, scheme]) => ({ id, ...scheme }) as unknown as Scheme)
  const bounds = policy?.triage_bounds as Bounds | undefined
  const observed: Observations = { ...measured(care), ...seen }
  const isAsked = Object.values(seen).some((each) => each !== null)
  const answers = isAsked && bounds ? schemes.filter(({ steps }) => steps).map((scheme) => triage(scheme, observed, bounds)) : []
  const missing = [...new Set(answers.flatMap((answer) => answer.missing))]

  return (
    <details className="schemes">
      <summary>{t('medic.check_triage')}</summary>
      {schemes.length && bounds ? null : <p>{t('medic.no_policy')}</p>}
      {[...new Set([...ASKED, ...missing, ...Object.keys(seen)])].filter((each) => !COUNTED.includes(each) && (each !== 'breathes_after_airway' || seen.breathes === false)).map((name) => (
        <YesNo key={name} label={t(`observation.${name}`)} value={seen[name] ?? null} onSay={(value) => setSeen((before) => ({ ...before, [name]: value }))} />
      ))}
      {answers.length ? (
        <div role="status" className="scheme-answers" data-disagree={disagree(answers) || undefined}>
          {disagree(answers) ? (
            <p className="notice" data-tone="amber">
              {t('medic.schemes_disagree')}
            </p>
          ) : null}
          {missing.length ? <p>{t('medic.still_missing', { what: missing.map((name) => t(`observation.${name}`)).join(' · ') })}</p> : null}
        </div>
      ) : null}
      <ul className="scheme-list">
        {answers.map((answer) => (
          <li key={answer.scheme} data-scheme={answer.scheme} data-answer={answer.category}>
            <button
              type="button"
              className="plain"
              disabled={answer.category === INDETERMINATE}
              onClick={() => onTake(answer.category, { scheme: answer.scheme, observations: said(observed) })}
            >
              <bdi dir="ltr">{answer.scheme}</bdi>
              {answer.category === INDETERMINATE ? (
                <span>{t('medic.one_of', { what: answer.possible.join(' / ') })}</span>
              ) : (
                <TriageMark triage={answer.category} />
              )}
              {answer.warnings.length ? <span className="mark" data-tone="amber">{t('medic.vitals_disagree')}</span> : null}
            </button>
          </li>
        ))}
      </ul>
    </details>
  )
}

function YesNo({ label, value, onSay }: { label: string; value: Finding; onSay: (value: boolean | null) => void }) {
  const { t } = useText()
  return (
    <div className="yes-no" role="group" aria-label={label}>
      <span>{label}</span>
      {[true, false].map((each) => (
        <button key={String(each)} type="button" className="plain" aria-pressed={value === each} onClick={() => onSay(value === each ? null : each)}>
          {t(each ? 'word.yes' : 'word.no')}
        </button>
      ))}
    </div>
  )
}

const said = (seen: Observations): Observations => Object.fromEntries(Object.entries(seen).filter(([, value]) => value !== null))

/** What the last signs say, if they are of now. */
function measured(care: Care): Observations {
  const signs = lastSigns(care)
  const newest = Date.parse(care.vitals.at(-1)?.at ?? '') || 0
  const fresh = (name: string): number | null => {
    const sign = signs[name]
    return sign && newest - Date.parse(sign.at) < FRESH_MS ? Number(sign.value) : null
  }
  const [eyes, voice, moves] = ['gcs_e', 'gcs_v', 'gcs_m'].map(fresh)
  const avpu = signs.avpu?.value
  return {
    rr: fresh('rr'),
    hr: fresh('hr'),
    crt_s: fresh('crt_s'),
    gcs: eyes && voice && moves ? eyes + voice + moves : null,
    avpu: avpu === undefined ? null : String(avpu),
  }
}
