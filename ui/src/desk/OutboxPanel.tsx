import { ltr, useText } from '../i18n/text'
import { zulu } from '../i18n/time'
import { Button } from '../kit/Button'
import { Code } from '../kit/Code'
import { errorText } from '../kit/errorText'
import { Panel } from '../kit/Panel'
import type { Entry } from '../outbox/machine'
import { isUnsent } from '../outbox/machine'
import { outbox } from '../outbox/outbox'
import { useOutbox } from '../outbox/useOutbox'
import { Facts } from './ops/Facts'

export function OutboxPanel({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useText()
  const entries = useOutbox()
  return (
    <Panel title={t('outbox.title')} isOpen={isOpen} onClose={onClose}>
      <p>{t('outbox.sentence')}</p>
      {entries.length === 0 ? <p className="faint">{t('outbox.empty')}</p> : null}
      <ul className="outbox">
        {[...entries].reverse().map((entry) => (
          <OutboxEntry key={entry.id} entry={entry} />
        ))}
      </ul>
      {entries.some(isUnsent) ? (
        <Button kind="primary" onPress={() => void outbox.drain()}>
          {t('outbox.send_now')}
        </Button>
      ) : null}
    </Panel>
  )
}

export function OutboxEntry({ entry }: { entry: Entry }) {
  const text = useText()
  const { t, code } = text
  const { t: type, ...facts } = entry.command
  return (
    <li className="outbox-entry" data-entry={entry.state}>
      <div className="row-head">
        <strong>{code('command', type)}</strong>
        <Code>{zulu(entry.queued_at)}</Code>
        <span className="tag-word">{t(`outbox.${entry.state}`)}</span>
      </div>
      <Facts facts={facts} />
      {entry.state === 'rejected' ? (
        <>
          <p className="refusal">{errorText(text, entry.reply?.code ?? '', entry.reply?.params)}</p>
          <p className="faint">{t('error.code', { code: ltr(entry.reply?.code ?? '') })}</p>
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
}
