import { useState } from 'react'
import { useText } from '../../i18n/text'
import { Button } from '../../kit/Button'
import { TextField } from '../../kit/TextField'
import { useView } from '../../live/useView'
import { outbox } from '../../outbox/outbox'
import { OwnEntries } from '../ops/OwnEntries'

const plain = (tag: string): string => tag.toUpperCase().replace(/[^A-Z0-9]/g, '').replace(/O/g, '0')

/** Two records with different tags can be of one person as well: two people wrote down the same casualty. */
export function LinkByTag() {
  const { t } = useText()
  const { rows } = useView('board')
  const [tags, setTags] = useState(['', ''])
  const [reason, setReason] = useState('')
  const [complaint, setComplaint] = useState<string | null>(null)
  const [sent, setSent] = useState<string | null>(null)
  const found = tags.map((tag) => rows.filter((row) => tag.trim() && plain(row.tag) === plain(tag)))
  const link = () => {
    const [a, b] = found.map((each) => (each.length === 1 ? each[0]!.subject : null))
    if (!a || !b || a === b) return setComplaint('duplicate.two_tags')
    if (!reason.trim()) return setComplaint('conflict.reason_missing')
    setComplaint(null)
    setSent(a)
    outbox.record({ t: 'casualty.link_subjects', casualty: a, other: b, reason: reason.trim() }, { subject: a })
    setTags(['', ''])
    setReason('')
  }
  const setTag = (at: number) => (next: string) => setTags(tags.map((tag, index) => (index === at ? next : tag)))
  return (
    <details className="third link-by-tag">
      <summary>{t('duplicate.by_tag')}</summary>
      <div className="link-fields">
        <TextField label={t('duplicate.first_tag')} value={tags[0]!} onChange={setTag(0)} />
        <TextField label={t('duplicate.second_tag')} value={tags[1]!} onChange={setTag(1)} />
        <TextField
          label={t('conflict.reason')}
          value={reason}
          onChange={setReason}
          error={complaint ? t(complaint) : null}
        />
        <Button onPress={link}>{t('duplicate.link')}</Button>
        {sent ? <OwnEntries subject={sent} /> : null}
      </div>
    </details>
  )
}
