import { useState } from 'react'
import type { BoardRow, Me } from '../../api/types'
import { useText } from '../../i18n/text'
import { Code } from '../../kit/Code'
import { missionNow } from '../../live/missionClock'
import { Choices, Field } from '../bits'
import type { Fields } from '../care/fold'
import { outbox } from '../../outbox/outbox'
import type { Command } from '../../api/types'
import { keepCard, known, lookUp, rowsOf } from '../own'
import { goTo } from '../place'
import { session } from '../session'
import { useSignal } from '../signal'
import { isTag } from '../tag'
import { AtMist } from './AtMist'
import { boardRowOf, readCard, rowsOfCard } from './card'
import { useScanned } from './codes'
import { Scanner } from './Scanner'
import { Symbols } from './Symbols'
import '../scene/scene.css'
import './custody.css'

const REASONS = ['NO_CAPACITY', 'WRONG_PATIENT', 'OTHER']

/** F5, the receiver: scans the offer, reviews it, accepts, and shows the answer. */
export function TakeScreen({ me }: { me: Me }) {
  const { t, code } = useText()
  const now = useSignal(session)
  const signKey = now.kind === 'in' ? now.signKey : null
  const [answer, setAnswer] = useState<string[] | null>(null)
  const [isRefusing, setRefusing] = useState(false)
  const scanned = useScanned(me.handover, ({ record, by }) => (record.k !== 'o' ? 'not_an_offer' : by.user === me.user ? 'own_offer' : ''))
  const offer = scanned.code
  const keep = (command: Fields) => outbox.record(command as unknown as Command, { subject: String(command.casualty) })

  async function accept(): Promise<void> {
    if (!offer) return
    const { record, by } = offer
    const card = readCard(record.d)
    const at = missionNow()
    const facility = me.facility ?? undefined
    await outbox.saved(keep({ t: 'casualty.accept_custody', casualty: record.c, nonce: record.n, mode: 'QR', ...(facility ? { facility } : {}) }))
    await keepCard(boardRowOf(record.c, record.t ?? '', card, at, me.user), rowsOfCard(record.c, card))
    if (!signKey || !me.handover_pass) return goTo('casualty', record.c)
    const { makeCode } = await import('../handover')
    const { texts } = await makeCode(
      { k: 'a', c: record.c, t: record.t ?? '', at, n: record.n ?? '', m: 'QR', g: by.user, ...(facility ? { f: facility } : {}), ...(record.x ? { x: true } : {}) },
      me.handover_pass,
      signKey,
    )
    setAnswer(texts)
  }

  function refuse(reason: string): void {
    if (offer) keep({ t: 'casualty.refuse_custody', casualty: offer.record.c, reason, nonce: offer.record.n })
    goTo('')
  }

  if (answer && offer)
    return (
      <section className="form" data-state="ready" data-take="answered">
        <h1>{t('medic.answer')}</h1>
        <p>{t('medic.answer_how')}</p>
        <Symbols texts={answer} label={t('medic.answer')} />
        <p>{t('medic.provisional')}</p>
        <button type="button" className="primary" onClick={() => goTo('casualty', offer.record.c)}>
          {t('medic.open_card')}
        </button>
      </section>
    )
  if (offer)
    return (
      <section className="form" data-state="ready" data-take="review">
        <h1>{t('medic.review')}</h1>
        <p>
          {t('medic.offered_by', { who: code('role', offer.by.role) })} {offer.by.unit ? <Code>{offer.by.unit}</Code> : null}
        </p>
        {offer.record.x ? <p className="notice" data-tone="amber">{t('exercise.band')}</p> : null}
        <AtMist tag={offer.record.t ?? ''} card={readCard(offer.record.d)} />
        {isRefusing ? (
          <Choices label={t('medic.refuse_why')} value={null} choices={REASONS.map((id) => ({ id, content: t(`medic.refuse.${id}`) }))} onChoose={refuse} />
        ) : (
          <button type="button" className="outline" onClick={() => setRefusing(true)}>
            {t('medic.refuse')}
          </button>
        )}
        <div className="bar">
          <button type="button" className="primary" onClick={() => void accept()}>
            {t('medic.accept')}
          </button>
        </div>
      </section>
    )
  return (
    <section className="form" data-state="ready" data-take="scan">
      <h1>{t('field.take_over')}</h1>
      <p>{t('medic.take_how')}</p>
      <Scanner onText={scanned.onText} said={scanned.said} />
      {scanned.fault ? (
        <p className="notice" data-tone="red" role="alert" data-fault={scanned.fault.code}>
          {scanned.fault.text}
        </p>
      ) : null}
      <ByTag onTake={(casualty) => (keep({ t: 'casualty.accept_custody', casualty, mode: 'VOICE', ...(me.facility ? { facility: me.facility } : {}) }), goTo(''))} />
      <button type="button" className="plain" onClick={() => goTo('')}>
        {t('field.back')}
      </button>
    </section>
  )
}

/** The tag read off the patient, where no code can be read: it needs the site once. */
function ByTag({ onTake }: { onTake: (casualty: string) => void }) {
  const { t } = useText()
  const site = useSignal(known)
  const [tag, setTag] = useState('')
  const row = rowsOf<BoardRow>(site, `tag:${tag}`)[0]
  return (
    <details>
      <summary>{t('medic.by_tag')}</summary>
      <div className="words">
        <Field label={t('field.tag')}>
          {(ids) => <input {...ids} dir="ltr" maxLength={9} value={tag} onChange={({ target }) => setTag(target.value.toUpperCase())} />}
        </Field>
        <button type="button" className="plain" disabled={!isTag(tag)} onClick={() => void lookUp(`tag:${tag}`, 'board', { tag })}>
          {t('medic.look_up')}
        </button>
      </div>
      {row ? (
        <button type="button" className="plain" onClick={() => onTake(row.subject)}>
          {t('medic.take_tag')}
        </button>
      ) : null}
    </details>
  )
}
