import type { ReactNode } from 'react'
import { ltr, useText } from '../../i18n/text'
import { Code } from '../../kit/Code'
import { Ago } from '../../kit/Elapsed'
import { useView, type Viewed } from '../../live/useView'
import { ListFrame } from '../lists/ListFrame'
import { bytesWords } from '../site/siteMath'

interface Column<Row> {
  id: string
  cell: (row: Row) => ReactNode
}

/** What this machine keeps for a person to look into: where it came from, why it is kept, how much and since when. */
function Kept<Row extends { id: string }>({
  name,
  seen,
  columns,
}: {
  name: 'parked' | 'quarantine' | 'tray'
  seen: Viewed<Row>
  columns: Column<Row>[]
}) {
  const { t } = useText()
  return (
    <ListFrame title={t(`inbox.${name}`)} empty={t(`inbox.${name}_none`)} seen={seen}>
      <p className="hint">{t(`inbox.${name}_sentence`)}</p>
      <table className="table">
        <thead>
          <tr>
            {columns.map(({ id }) => (
              <th key={id} scope="col">
                {t(`kept.${id}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {seen.rows.map((row) => (
            <tr key={row.id} data-kept={row.id}>
              {columns.map(({ id, cell }) => (
                <td key={id} data-label={t(`kept.${id}`)}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ListFrame>
  )
}

export function ParkedTab() {
  const { t } = useText()
  const seen = useView('site_parked')
  return (
    <Kept
      name="parked"
      seen={seen}
      columns={[
        { id: 'origin', cell: (row) => <Code>{row.origin}</Code> },
        { id: 'log', cell: (row) => <Code>{`${row.stream} ${row.q_from}–${row.q_to}`}</Code> },
        { id: 'signed', cell: (row) => t(row.vouched ? 'word.yes' : 'word.no') },
        { id: 'size', cell: (row) => ltr(bytesWords(row.bytes)) },
        { id: 'since', cell: (row) => <Ago at={row.rx} /> },
      ]}
    />
  )
}

export function QuarantineTab() {
  const { code } = useText()
  const seen = useView('site_quarantine')
  return (
    <Kept
      name="quarantine"
      seen={seen}
      columns={[
        { id: 'origin', cell: (row) => <Code>{row.origin}</Code> },
        { id: 'why', cell: (row) => code('rule', row.rule.replace(/^sync\./, '')) },
        { id: 'size', cell: (row) => ltr(bytesWords(row.bytes)) },
        { id: 'since', cell: (row) => <Ago at={row.rx} /> },
      ]}
    />
  )
}

export function TrayTab() {
  const { code } = useText()
  const seen = useView('import_tray')
  return (
    <Kept
      name="tray"
      seen={seen}
      columns={[
        { id: 'peer', cell: (row) => <Code>{row.peer}</Code> },
        { id: 'dialect', cell: (row) => <Code>{row.dialect}</Code> },
        { id: 'why', cell: (row) => code('rule', row.rule) },
        { id: 'size', cell: (row) => ltr(bytesWords(row.bytes)) },
        { id: 'since', cell: (row) => <Ago at={row.rx} /> },
      ]}
    />
  )
}
