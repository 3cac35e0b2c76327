import { useState } from 'react'
import { shutDevice } from '../../api/site'
import { ltr, useText } from '../../i18n/text'
import { Button } from '../../kit/Button'
import { Code } from '../../kit/Code'
import { Ago } from '../../kit/Elapsed'
import { Panel } from '../../kit/Panel'
import { useAsk } from '../../kit/useAsk'
import { useView } from '../../live/useView'
import { maySee, useSurroundings } from '../MeContext'
import { openInbox } from '../places'

const shortId = (id: string): string => id.slice(-4).toUpperCase()

/** Browsers that people sign in from; a lost one is shut here, and what it still sends is held for a judgement. */
export function Devices() {
  const { t } = useText()
  const { me } = useSurroundings()
  const { rows, again } = useView('site_devices', {}, maySee(me, 'site_devices'))
  const [lost, lose] = useState<string | null>(null)
  const { refusal, ask } = useAsk()
  if (!maySee(me, 'site_devices')) return null
  return (
    <section className="site-part" aria-label={t('device.title')}>
      <h2>{t('device.title')}</h2>
      {rows.length === 0 ? (
        <p className="hint">{t('device.none')}</p>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('device.id')}</th>
              <th scope="col">{t('device.login')}</th>
              <th scope="col">{t('device.used')}</th>
              <th scope="col">{t('device.state')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id} data-device={row.id}>
                <th scope="row">
                  <Code>{shortId(row.id)}</Code>
                </th>
                <td data-label={t('device.login')}>
                  <bdi>{row.login}</bdi>
                </td>
                <td data-label={t('device.used')}>
                  <Ago at={row.used} />
                </td>
                <td data-label={t('device.state')}>
                  {row.revoked ? (
                    <span className="flag" data-tone="red">
                      {t('device.is_shut')}
                    </span>
                  ) : (
                    <Button kind="outline" onPress={() => lose(row.id)}>
                      {t('device.shut_for', { device: ltr(shortId(row.id)) })}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p>
        <a
          href="/desk/conflicts?tab=held"
          onClick={(event) => {
            event.preventDefault()
            openInbox('held')
          }}
        >
          {t('inbox.held')}
        </a>
      </p>
      {lost ? (
        <Panel title={t('device.shut_for', { device: ltr(shortId(lost)) })} isOpen onClose={() => lose(null)}>
          <p>{t('device.sentence')}</p>
          {refusal ? (
            <p className="refusal" role="alert">
              {refusal}
            </p>
          ) : null}
          <Button
            kind="outline"
            onPress={() =>
              ask(async () => {
                await shutDevice(lost)
                lose(null)
                again()
              })
            }
          >
            {t('device.shut_for', { device: ltr(shortId(lost)) })}
          </Button>
        </Panel>
      ) : null}
    </section>
  )
}
