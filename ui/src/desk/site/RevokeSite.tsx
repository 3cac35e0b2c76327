import { useState } from 'react'
import type { KnownSite, SiteStatus } from '../../api/site'
import { ltr, useText } from '../../i18n/text'
import { Button } from '../../kit/Button'
import { Code } from '../../kit/Code'
import { Panel } from '../../kit/Panel'
import { TextField } from '../../kit/TextField'
import { outbox } from '../../outbox/outbox'

/** Up to where a lost site's work is believed. Whoever confirms types its code, so that no wrong one is shut out. */
export function RevokeSite({
  site,
  subject,
  status,
  onClose,
}: {
  site: KnownSite
  subject: string
  status: SiteStatus
  onClose: () => void
}) {
  const { t } = useText()
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState('')
  const [complaint, setComplaint] = useState<string | null>(null)
  const held = status.receipts.filter((row) => row.origin === site.code)
  const confirm = () => {
    if (typed.trim().toUpperCase() !== site.code) return setComplaint('revoke.wrong_code')
    if (!reason.trim()) return setComplaint('conflict.reason_missing')
    // No cut-offs are named: everything of it that is held when the command arrives stays, and nothing after that.
    outbox.record({ t: 'sites.revoke_site', site: subject, reason: reason.trim() }, { subject, lane: 0 })
    onClose()
  }
  return (
    <Panel title={t('revoke.title', { site: ltr(site.code) })} isOpen onClose={onClose}>
      <p>{t('revoke.sentence')}</p>
      <h3>{t('revoke.cutoff')}</h3>
      {held.length ? (
        <ul>
          {held.map((row) => (
            <li key={`${row.receiver} ${row.stream}`}>
              {t('revoke.kept', { stream: ltr(row.stream), q: ltr(row.q) })} · <Code>{row.receiver}</Code>
            </li>
          ))}
        </ul>
      ) : (
        <p>{t('revoke.cutoff_here')}</p>
      )}
      <TextField label={t('conflict.reason')} value={reason} onChange={setReason} />
      <TextField
        label={t('revoke.type_code', { site: ltr(site.code) })}
        value={typed}
        onChange={setTyped}
        error={complaint ? t(complaint) : null}
      />
      <Button kind="outline" onPress={confirm}>
        {t('revoke.confirm', { site: ltr(site.code) })}
      </Button>
    </Panel>
  )
}
