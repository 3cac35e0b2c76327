import { useText } from '../../i18n/text'
import { StateFrame } from '../../kit/StateFrame'
import { useOutbox } from '../../outbox/useOutbox'
import { OutboxEntry } from '../OutboxPanel'

/** Entries of this device that the site has refused: they stay, with their values, until their author decides. */
export function RejectedTab() {
  const { t } = useText()
  const rejected = useOutbox().filter((entry) => entry.state === 'rejected')
  return (
    <StateFrame state={rejected.length ? 'ready' : 'empty'} label={t('inbox.rejected')}>
      <div className="list-screen">
        <div className="column-head">
          <h2>{t('inbox.rejected')}</h2>
        </div>
        <p className="hint">{t(rejected.length ? 'inbox.rejected_sentence' : 'inbox.rejected_none')}</p>
        <ul className="outbox inbox-body">
          {rejected.map((entry) => (
            <OutboxEntry key={entry.id} entry={entry} />
          ))}
        </ul>
      </div>
    </StateFrame>
  )
}
