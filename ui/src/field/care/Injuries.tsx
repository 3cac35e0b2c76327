import { useState } from 'react'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { missionNow } from '../../live/missionClock'
import { Dialog } from '../bits'
import { FRONT, REAR, VIEW, type Part as BodyPart } from './body'
import type { Part } from './CareCard'
import type { Injury } from './fold'

const MECHANISMS = 'BLAST IED LANDMINE GSW FRAG_MULTI MVC BURN FALL BLUNT CRUSH KNIFE STING_BITE HEAT OTHER'.split(' ')
const KINDS = 'BLEEDING GSW AMPUTATION BURN FRACTURE LACERATION PUNCTURE STAB AVULSION HEMATOMA DEFORMITY FOREIGN_BODY OTHER'.split(' ')

/** What happened, and where on the body: one tap on the part, one on the kind. */
export function Injuries({ care, recorder, report }: Part) {
  const { t, code } = useText()
  const [face, setFace] = useState<'FRONT' | 'BACK'>('FRONT')
  const [part, setPart] = useState<BodyPart | null>(null)
  const casualty = recorder.subject

  function mechanism(each: string): void {
    report()
    recorder.keep({ t: 'casualty.report_mist', casualty, mechanism: each }, code('mechanism', each))
  }

  function hurt(kind: string): void {
    if (!part) return
    report()
    const { region, side, face: where } = part
    recorder.keep(
      { t: 'casualty.record_injury', casualty, kind, region, face: where, ...(side ? { side } : {}) },
      words(code, { kind, region, side, face: where }),
    )
    setPart(null)
  }

  return (
    <>
      <div className="chips" role="group" aria-label={t('fact.mechanism')}>
        {MECHANISMS.map((each) => (
          <button key={each} type="button" className="chip" aria-pressed={care.mechanism === each} onClick={() => mechanism(each)}>
            {code('mechanism', each)}
          </button>
        ))}
      </div>
      <div className="faces" role="group" aria-label={t('medic.body')}>
        {(['FRONT', 'BACK'] as const).map((each) => (
          <button key={each} type="button" className="plain" aria-pressed={face === each} onClick={() => setFace(each)}>
            {t(`body.${each}`)}
          </button>
        ))}
      </div>
      <Outline parts={face === 'FRONT' ? FRONT : REAR} injuries={care.injuries} onPart={setPart} />
      <ul className="said">
        {care.injuries.map((injury) => (
          <li key={injury.event} data-injury={injury.kind} data-unsent={injury.unsent || undefined}>
            {words(code, injury)} <small>{ltr(zulu(injury.at, missionNow()))}</small>
          </li>
        ))}
      </ul>
      {part ? (
        <Dialog title={where(code, part)} onClose={() => setPart(null)}>
          <div className="two">
            {KINDS.map((each) => (
              <button key={each} type="button" className="plain" data-kind={each} onClick={() => hurt(each)}>
                {code('injury_kind', each)}
              </button>
            ))}
          </div>
        </Dialog>
      ) : null}
    </>
  )
}

type Place = Pick<Injury, 'region' | 'side' | 'face'>
type Code = (group: string, code: string | null | undefined) => string

/** The patient's own side, in words. */
const where = (code: Code, { region, side, face }: Place): string =>
  [code('region', region), side ? code('body', side) : '', face ? code('body', face) : ''].filter(Boolean).join(' · ')
const words = (code: Code, injury: Place & { kind: string }): string => `${code('injury_kind', injury.kind)} · ${where(code, injury)}`

function Outline({ parts, injuries, onPart }: { parts: BodyPart[]; injuries: Injury[]; onPart: (part: BodyPart) => void }) {
  const { t, code } = useText()
  const face = parts[0]!.face
  const count = (part: BodyPart) =>
    injuries.filter((each) => each.region === part.region && each.side === part.side && (each.face ?? face) === face).length
  return (
    <figure className="outline-figure">
      <div className="outline-sides" aria-hidden="true">
        <span>{t(face === 'FRONT' ? 'body.R' : 'body.L')}</span>
        <span>{t(face === 'FRONT' ? 'body.L' : 'body.R')}</span>
      </div>
      <svg viewBox={VIEW} direction="ltr" role="group" aria-label={t('medic.body')} data-face={face}>
        {parts.map((part) => {
          const found = count(part)
          return (
            <g
              key={`${part.region}${part.side ?? ''}`}
              role="button"
              tabIndex={0}
              aria-label={found ? `${where(code, part)} · ${found}` : where(code, part)}
              data-part={`${part.region}${part.side ? `-${part.side}` : ''}`}
              data-hurt={found || undefined}
              onClick={() => onPart(part)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' && event.key !== ' ') return
                event.preventDefault()
                onPart(part)
              }}
            >
              <path d={part.path} />
              {found ? (
                <text x={part.at[0]} y={part.at[1]} textAnchor="middle" dominantBaseline="central">
                  {found}
                </text>
              ) : null}
            </g>
          )
        })}
      </svg>
    </figure>
  )
}
