import type { BoardRow } from '../../api/types'
import { ltr, useText } from '../../i18n/text'

/** What a reader must know before trusting the card: lateness, missing steps, doubts, unsent work. */
export function Flags({ row, isUnsent, lead = null }: { row: BoardRow; isUnsent: boolean; lead?: string | null }) {
  const { t, code } = useText()
  const words: { key: string; text: string; tone?: string }[] = []
  if (row.affiliation) words.push({ key: 'affiliation', text: code('affiliation', row.affiliation.split('+')[0]) })
  if (row.child) words.push({ key: 'child', text: t('flag.child'), tone: 'amber' })
  if (isUnsent) words.push({ key: 'unsent', text: t('flag.unsent'), tone: 'unsent' })
  if (row.conflicts.length)
    words.push({
      key: 'conflict',
      text: t('flag.values', { count: Math.max(...row.conflicts.map((each) => each.values.length)) }),
      tone: 'amber',
    })
  if (row.late_min && row.late_min > 0)
    words.push({ key: 'late', text: t('time.late_from', { minutes: Math.round(row.late_min), site: ltr(row.late_from) }) })
  for (const flag of row.flags)
    if (flag !== 'conflict' && flag !== 'late') words.push({ key: flag, text: code('flag', flag), tone: 'amber' })
  if (words.length === 0 && !lead) return null
  return (
    <span className="flags">
      {lead ? <span className="card-outside">{lead}</span> : null}
      {words.map(({ key, text, tone }) => (
        <span key={key} className="flag" data-tone={tone}>
          {text}
        </span>
      ))}
    </span>
  )
}
