import { useState } from 'react'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { missionNow } from '../../live/missionClock'
import { Choices, Dialog, Field } from '../bits'
import type { Part } from './CareCard'
import type { Intervention } from './fold'
import { known } from '../own'
import { useSignal } from '../signal'
import { askedBy, letters, type Asked } from './letters'

/** What was done, by letter; a tap stamps the time. */
export function March({ care, recorder, report }: Part) {
  const { t, code } = useText()
  const { policy } = useSignal(known)
  const [open, setOpen] = useState<{ code: string; at: string } | null>(null)
  const casualty = recorder.subject
  const done = (each: string) => care.interventions.filter((one) => one.code === each)

  function keep(each: string, more: Record<string, unknown> = {}, at = new Date(missionNow()).toISOString()): void {
    report()
    recorder.keep(
      { t: 'casualty.record_intervention', casualty, code: each, ...more },
      [code('intervention', each), more.limb ? code('limb', String(more.limb)) : '', more.side ? code('body', String(more.side)) : '', more.off ? t('medic.taken_off') : '', ltr(zulu(at, missionNow()))]
        .filter(Boolean)
        .join(' · '),
      { t: at, p: 'EXACT' },
    )
    setOpen(null)
  }

  function tap(each: string): void {
    const at = new Date(missionNow()).toISOString()
    if (askedBy(policy, each) || done(each).length) setOpen({ code: each, at })
    else keep(each, {}, at)
  }

  return (
    <>
      {policy?.care ? null : <p>{t('medic.no_policy')}</p>}
      {letters(policy).map(({ letter, codes }) => (
        <div key={letter} className="march" role="group" aria-label={code('march', letter)}>
          <h3>
            <bdi dir="ltr" className="letter" aria-hidden="true">
              {letter}
            </bdi>{' '}
            {code('march', letter)}
          </h3>
          <div className="two">
            {codes.map((each) => {
              const found = done(each)
              const last = found.at(-1)
              return (
                <button
                  key={each}
                  type="button"
                  className="plain toggle"
                  data-code={each}
                  aria-pressed={found.some(({ off }) => !off)}
                  data-unsent={last?.unsent || undefined}
                  onClick={() => tap(each)}
                >
                  <span>{code('intervention', each)}</span>
                  {last ? <small>{[last.limb ? code('limb', last.limb) : '', last.text, ltr(zulu(last.at, missionNow()))].filter(Boolean).join(' · ')}</small> : null}
                </button>
              )
            })}
          </div>
        </div>
      ))}
      {open ? (
        <Details
          code={open.code}
          at={open.at}
          found={done(open.code)}
          onKeep={(more) => keep(open.code, more, open.at)}
          onMistake={(event) => (recorder.undo(event), setOpen(null))}
          onClose={() => setOpen(null)}
        />
      ) : null}
    </>
  )
}

interface DetailsProps {
  code: string
  at: string
  found: Intervention[]
  onKeep: (more: Record<string, unknown>) => void
  onMistake: (event: string) => void
  onClose: () => void
}

function Details({ code: what, at, found, onKeep, onMistake, onClose }: DetailsProps) {
  const { t, code } = useText()
  const { policy } = useSignal(known)
  const asked = askedBy(policy, what)
  const on = found.filter(({ off }) => !off)
  return (
    <Dialog title={`${code('intervention', what)} · ${ltr(zulu(at, missionNow()))}`} onClose={onClose}>
      {asked === 'limb' ? (
        <div className="two">
          {['RA', 'LA', 'RL', 'LL'].map((limb) => (
            <button key={limb} type="button" className="plain" data-limb={limb} onClick={() => onKeep({ limb })}>
              {code('limb', limb)}
            </button>
          ))}
          {on.map(({ event, limb }) => (
            <button key={event} type="button" className="outline" data-off={limb} onClick={() => onKeep({ limb, off: true })}>
              {t('medic.take_off', { limb: code('limb', limb) })}
            </button>
          ))}
        </div>
      ) : asked === 'side' ? (
        <div className="two">
          {['R', 'L'].map((side) => (
            <button key={side} type="button" className="plain" data-side={side} onClick={() => onKeep({ side })}>
              {code('body', side)}
            </button>
          ))}
        </div>
      ) : asked ? (
        <Given what={what} asked={asked} onKeep={onKeep} />
      ) : (
        <button type="button" className="plain" onClick={() => onKeep({})}>
          {t('medic.once_more')}
        </button>
      )}
      {found.map(({ event, at: when, limb }) => (
        <button key={event} type="button" className="outline" onClick={() => onMistake(event)}>
          {t('medic.mistake', { what: [limb ? code('limb', limb) : '', ltr(zulu(when, missionNow()))].filter(Boolean).join(' ') })}
        </button>
      ))}
    </Dialog>
  )
}

const MOST_ROUTES = 6
const UNITS = ['mg', 'g', 'mcg', 'ml']
const NAMES: Record<string, string> = { TXA: 'TXA' }

/** What was given: a name or a product, how much, by which way. */
function Given({ what, asked, onKeep }: { what: string; asked: Exclude<Asked, 'limb' | 'side'>; onKeep: (more: Record<string, unknown>) => void }) {
  const { t, code } = useText()
  const lists = useSignal(known).policy?.care?.codes ?? {}
  const [name, setName] = useState(NAMES[what] ?? '')
  const [amount, setAmount] = useState('')
  const [unit, setUnit] = useState(asked === 'drug' ? 'mg' : 'ml')
  const [route, setRoute] = useState('IV')
  const number = Number(amount.replace(',', '.'))
  const isGood = name.trim() !== '' && number > 0

  function keep(): void {
    if (asked === 'drug') onKeep({ drug: { name: name.trim(), dose: number, unit, route } })
    else if (asked === 'blood') onKeep({ blood: { product: name.trim(), ml: number } })
    else onKeep({ fluid: { name: name.trim(), ml: number, route } })
  }

  return (
    <>
      {asked === 'blood' ? (
        <Choices label={t('medic.product')} value={name} choices={(lists['care.blood_product'] ?? []).map((id) => ({ id, content: code('blood_product', id) }))} onChoose={setName} />
      ) : (
        <Field label={t('medic.name_of')}>{(ids) => <input {...ids} dir="auto" value={name} onChange={({ target }) => setName(target.value)} />}</Field>
      )}
      <Field label={asked === 'drug' ? t('medic.dose') : t('medic.millilitres')}>
        {(ids) => <input {...ids} dir="ltr" inputMode="decimal" value={amount} onChange={({ target }) => setAmount(target.value)} />}
      </Field>
      {asked === 'drug' ? (
        <Choices label={t('medic.unit')} value={unit} narrow choices={UNITS.map((id) => ({ id, content: <bdi dir="ltr">{id}</bdi> }))} onChoose={setUnit} />
      ) : null}
      {asked === 'blood' ? null : (
        <Choices label={t('medic.route')} value={route} narrow choices={(lists['care.route'] ?? []).slice(0, MOST_ROUTES).map((id) => ({ id, content: <bdi dir="ltr">{id}</bdi> }))} onChoose={setRoute} />
      )}
      <button type="button" className="primary" disabled={!isGood} onClick={keep}>
        {t('medic.keep_given')}
      </button>
    </>
  )
}
