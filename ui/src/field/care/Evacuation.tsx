import { useText } from '../../i18n/text'
import { known, rowsOf } from '../own'
import { goTo } from '../place'
import { useSignal } from '../signal'
import type { RequestRow } from '../../api/types'
import type { Part } from './CareCard'

/** The last step: ask for transport, or see how far what was asked has come; and the hand-over. */
export function Evacuation({ care, recorder, report, isPractice }: Part & { isPractice: boolean }) {
  const { t, code } = useText()
  const site = useSignal(known)
  const row = rowsOf<RequestRow>(site, 'requests').find(({ subject }) => subject === care.request)

  if (isPractice) return <p>{t('medic.practice_ends')}</p>
  return (
    <>
      {care.request ? (
        <>
          <p data-request={row?.status ?? 'waiting'}>
            {row ? code('request_status', row.status) : t('medic.request_here_only')}
          </p>
          <button type="button" className="plain" onClick={() => goTo('read', care.request!)}>
            {t('medic.read_aloud')}
          </button>
        </>
      ) : null}
      <button type="button" className="plain wide" onClick={() => (report(), goTo('request', care.request ? `${recorder.subject}/${care.request}` : recorder.subject))}>
        {t(care.request ? 'medic.add_to_request' : 'medic.ask_evacuation')}
      </button>
      <button type="button" className="plain wide" onClick={() => (report(), goTo('read', recorder.subject))}>
        {t('medic.read_mist')}
      </button>
      <button type="button" className="plain wide" onClick={() => (report(), goTo('give', recorder.subject))}>
        {t('medic.hand_over')}
      </button>
    </>
  )
}
