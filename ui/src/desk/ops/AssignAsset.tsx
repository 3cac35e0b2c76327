import { useMemo, useState } from 'react'
import type { BoardRow, View } from '../../api/types'
import { useText } from '../../i18n/text'
import { Button } from '../../kit/Button'
import { isUnsent } from '../../outbox/machine'
import { useOwnEntries } from '../../outbox/useOutbox'
import { actionIn } from '../MeContext'
import { useKeys } from '../useKeys'
import { AssignPanel } from './AssignPanel'

/** Offered while somebody still waits for a means to be moved. */
export function AssignAsset({ row, view }: { row: BoardRow; view: View<BoardRow> | null }) {
  const { t } = useText()
  const [isOpen, setOpen] = useState(false)
  const isOnItsWay = useOwnEntries(row.subject).some(
    (entry) => isUnsent(entry) && entry.command.t === 'casualty.plan_leg',
  )
  const isOffered = row.lane === 'reported' && row.leg === null && actionIn(view, 'casualty.plan_leg').allowed
  useKeys(useMemo(() => (isOffered ? { a: () => setOpen(true), A: () => setOpen(true) } : {}), [isOffered]))
  if (!isOffered) return null
  return (
    <>
      <div className="row-tools">
        <Button isDisabled={isOnItsWay} onPress={() => setOpen(true)}>
          {t('assign.open')}
        </Button>
      </div>
      {isOpen ? <AssignPanel row={row} isOpen onClose={() => setOpen(false)} /> : null}
    </>
  )
}
