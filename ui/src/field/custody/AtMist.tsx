import { ltr, useText } from '../../i18n/text'
import { hoursMinutes, minutesSince, zulu } from '../../i18n/time'
import { Code } from '../../kit/Code'
import { TriageMark } from '../../kit/TriageMark'
import { missionNow } from '../../live/missionClock'
import { injuriesOf, interventionsOf, vitalsOf, type CarriedCard } from './card'

/** The card as it is said at a hand-over: age and time, mechanism, injuries, signs, treatment. */
export function AtMist({ tag, card }: { tag: string; card: CarriedCard }) {
  const { t, code } = useText()
  const now = missionNow()
  const injured = card.i === undefined ? null : card.i * 60_000
  const signs = vitalsOf(card)
  const rows: [string, string][] = [
    ['age', [card.k ? t('field.child') : '', card.a ? code('affiliation', card.a) : ''].filter(Boolean).join(' · ')],
    ['time', injured === null ? '' : `${ltr(zulu(injured, now))} · ${ltr(hoursMinutes(minutesSince(injured, now)))}`],
    ['mechanism', card.m ? code('mechanism', card.m) : ''],
    [
      'injuries',
      injuriesOf(card)
        .map(({ kind, region, side }) => [code('injury_kind', kind), code('region', region), side ? code('body', side) : ''].filter(Boolean).join(' '))
        .join(' · '),
    ],
    [
      'signs',
      signs
        .map(({ values, at }) => `${ltr(zulu(at, now))} ${ltr(Object.entries(values).map(([name, value]) => `${name.toUpperCase()} ${value}`).join(' '))}`)
        .join(' · '),
    ],
    [
      'treatment',
      interventionsOf(card)
        .map(({ code: what, limb, off, text, at }) =>
          [code('intervention', what), limb ? code('limb', limb) : '', off ? t('medic.taken_off') : '', text, ltr(zulu(at, now))].filter(Boolean).join(' '),
        )
        .join(' · '),
    ],
    ['allergies', card.l.join(' · ')],
  ]
  return (
    <div className="at-mist">
      <p className="card-head">
        <TriageMark triage={card.g} scheme={card.s} /> <strong>{tag ? <Code>{tag}</Code> : t('field.no_tag')}</strong>
      </p>
      <dl className="brief">
        {rows
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name} data-mist={name}>
              <dt>{t(`medic.mist.${name}`)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </div>
  )
}
