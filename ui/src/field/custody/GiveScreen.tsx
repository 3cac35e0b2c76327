import { useEffect, useMemo, useRef, useState } from 'react'
import type { Me } from '../../api/types'
import { useText } from '../../i18n/text'
import { missionNow } from '../../live/missionClock'
import { fold } from '../care/fold'
import { useRecorder } from '../care/record'
import { clinicalRows, known, ownRows, type CardList } from '../own'
import { goTo } from '../place'
import { session } from '../session'
import { useSignal } from '../signal'
import { AtMist } from './AtMist'
import { carried } from './card'
import { useScanned } from './codes'
import { Scanner } from './Scanner'
import { Symbols } from './Symbols'
import '../scene/scene.css'
import './custody.css'

/** F5, the giver: shows the offer, and scans the receiver's answer; without it custody is provisional. */
export function GiveScreen({ me, id }: { me: Me; id: string }) {
  const { t, code } = useText()
  const site = useSignal(known)
  const now = useSignal(session)
  const recorder = useRecorder(id, false)
  const signKey = now.kind === 'in' ? now.signKey : null
  const pass = me.handover_pass
  const care = useMemo(() => {
    const about = (page: CardList) => clinicalRows(site, page).filter((row) => row.subject === id)
    return fold(id, recorder.entries, {
      board: ownRows(site).find((row) => row.subject === id),
      injuries: about('injuries'),
      interventions: about('interventions'),
      vitals: about('vitals'),
      allergies: about('allergies'),
    })
  }, [site, id, recorder.entries])
  const card = useMemo(() => carried(care), [care])
  const [offer, setOffer] = useState<{ nonce: string; texts: string[] } | null>(null)
  const [isScanning, setScanning] = useState(false)
  const [holder, setHolder] = useState<string | null>(null)
  const isOffered = useRef(false)
  const scanned = useScanned(me.handover, ({ record }) =>
    record.k === 'a' && record.c === id && record.n === offer?.nonce ? '' : 'not_this_answer',
  )

  // One offer for one visit: what changes after it is shown no more.
  useEffect(() => {
    if (isOffered.current || !signKey || !pass || !care.isReported) return
    isOffered.current = true
    void (async () => {
      const { cardHash, makeCode, newNonce } = await import('../handover')
      const nonce = newNonce()
      const hash = await cardHash({ ...card })
      recorder.keep({ t: 'casualty.offer_custody', casualty: id, nonce, mode: 'QR', card_hash: hash }, '')
      const { texts } = await makeCode(
        { k: 'o', c: id, t: care.tag, at: missionNow(), n: nonce, m: 'QR', h: hash, ...(me.mission.exercise ? { x: true } : {}), d: { ...card } },
        pass,
        signKey,
      )
      setOffer({ nonce, texts })
    })()
  }, [signKey, pass, care, card, id, me, recorder])

  // The answer passes on who took over, with the proof.
  useEffect(() => {
    if (!scanned.code || holder !== null) return
    const { record, by, proof } = scanned.code
    setHolder(by.role)
    recorder.keep(
      {
        t: 'casualty.accept_custody',
        casualty: id,
        nonce: record.n,
        mode: 'QR',
        proof,
        ...(record.f ? { facility: record.f } : {}),
        ...(record.l ? { leg: record.l } : {}),
      },
      '',
    )
  }, [scanned.code, holder, recorder, id])

  return (
    <section className="form" data-state={holder === null ? 'ready' : 'read_only'} data-give={holder === null ? 'offered' : 'taken'}>
      <h1>{t('medic.hand_over')}</h1>
      {!signKey || !pass ? (
        <p className="notice" data-tone="amber" role="alert">
          {t('medic.cannot_sign')}
        </p>
      ) : holder !== null ? (
        <p className="notice" data-tone="quiet" role="status">
          {t('medic.taken_by', { who: code('role', holder) })}
        </p>
      ) : isScanning ? (
        <>
          <p>{t('medic.scan_answer')}</p>
          <Scanner onText={scanned.onText} said={scanned.said} />
          {scanned.fault ? (
            <p className="notice" data-tone="red" role="alert" data-fault={scanned.fault.code}>
              {scanned.fault.text}
            </p>
          ) : null}
          <button type="button" className="plain" onClick={() => setScanning(false)}>
            {t('medic.show_offer')}
          </button>
        </>
      ) : (
        <>
          <p>{t('medic.offer_how')}</p>
          {offer ? <Symbols texts={offer.texts} label={t('medic.offer')} /> : null}
          <button type="button" className="primary huge" disabled={!offer} onClick={() => setScanning(true)}>
            {t('medic.scan_answer_button')}
          </button>
          <p>{t('medic.provisional')}</p>
        </>
      )}
      <AtMist tag={care.tag} card={card} />
      <button type="button" className="plain" onClick={() => goTo('')}>
        {t('field.back')}
      </button>
    </section>
  )
}
