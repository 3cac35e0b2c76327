import { useState } from 'react'
import type { BoardRow, View } from '../../api/types'
import type { AssignTriage } from '../../api/wire'
import { useText } from '../../i18n/text'
import { ChoiceGrid } from '../../kit/ChoiceGrid'
import { Denied } from '../../kit/Denied'
import { TriageMark } from '../../kit/TriageMark'
import { outbox } from '../../outbox/outbox'
import { actionIn, useSurroundings } from '../MeContext'

type Category = AssignTriage['category']

const ACTION = 'casualty.assign_triage'
/** The scheme used last on this desk is offered first; a mission rarely mixes them. */
const LAST = 'dunant.scheme'

/** The category under a named scheme; a letter alone is never sent. */
export function SetTriage({ row, view }: { row: BoardRow; view: View<BoardRow> | null }) {
  const { t, code } = useText()
  const { policy } = useSurroundings()
  const schemes = Object.keys(policy?.triage ?? {})
  const [chosen, setChosen] = useState<string | null>(null)
  const choose = (id: string) => {
    localStorage.setItem(LAST, id)
    setChosen(id)
  }
  const scheme = [chosen, row.scheme, localStorage.getItem(LAST), schemes[0]].find((id) => id && schemes.includes(id))
  const action = actionIn(view, ACTION)
  if (!policy || !scheme) return null
  if (!action.allowed)
    return (
      <>
        <h3>{t('triage.title')}</h3>
        <Denied what={t('triage.title')} who={action.who_can} reason={action.reason} />
      </>
    )
  const categories = policy.triage[scheme]!.categories
  const assign = (category: Category) =>
    outbox.record(
      { t: ACTION, casualty: row.subject, category, scheme },
      { subject: row.subject, ...(row.triage_event ? { base: [row.triage_event] } : {}) },
    )
  return (
    <>
      <h3 className="act-title">{t('triage.title')}</h3>
      {schemes.length > 1 ? (
        <ChoiceGrid
          label={t('triage.scheme')}
          value={scheme}
          choices={schemes.map((id) => ({ id, content: <bdi dir="ltr">{id}</bdi> }))}
          onChoose={choose}
        />
      ) : null}
      <ChoiceGrid
        label={t('triage.choose', { scheme })}
        value={row.scheme === scheme ? row.triage : null}
        choices={categories.map((each) => ({
          id: each.code,
          spoken: code('triage', each.code),
          content: (
            <>
              <TriageMark triage={each.code} shape={each.shape} />
              {each.code === 'DEAD' ? null : <span>{code('triage_word', each.code)}</span>}
            </>
          ),
        }))}
        onChoose={(id) => assign(id as Category)}
      />
    </>
  )
}
