import { useText } from '../../i18n/text'
import { errorText } from '../../kit/errorText'
import { Button } from '../../kit/Button'
import { outbox } from '../../outbox/outbox'
import { useOwnEntries } from '../../outbox/useOutbox'
import { Facts } from './Facts'

/** What was entered here and is not yet, or will not be, on record. */
export function OwnEntries({ subject }: { subject: string }) {
  const text = useText()
  const { t, code } = text
  const open = useOwnEntries(subject).filter((entry) => entry.state !== 'accepted' && entry.state !== 'duplicate')
  if (open.length === 0) return null
  return (
    <ul className="own" aria-label={t('outbox.title')}>
      {open.map((entry) => {
        const { t: type, ...facts } = entry.command
        return (
          <li key={entry.id} data-entry={entry.state}>
            <span className="row-head">
              <strong>{code('command', type)}</strong>
              <span className="tag-word">{entry.state === 'rejected' ? t('outbox.rejected') : t('flag.unsent')}</span>
            </span>
            <Facts facts={facts} />
            {entry.state === 'rejected' ? (
              <>
                <p className="refusal">{errorText(text, entry.reply?.code ?? '', entry.reply?.params)}</p>
                <div className="row-tools">
                  <Button onPress={() => outbox.again(entry.id)}>{t('outbox.again')}</Button>
                  <Button kind="outline" onPress={() => outbox.withdraw(entry.id)}>
                    {t('outbox.withdraw')}
                  </Button>
                </div>
              </>
            ) : null}
          </li>
        )
      })}
    </ul>
  )
}
