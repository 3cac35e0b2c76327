import { useRef, useState } from 'react'
import { Checkbox, CheckboxGroup, Label } from 'react-aria-components'
import { ApiError } from '../../api/client'
import { exportSync, importSync, type ImportReport, type SiteStatus } from '../../api/site'
import { ltr, useText } from '../../i18n/text'
import { Button } from '../../kit/Button'
import { Code } from '../../kit/Code'
import { errorText } from '../../kit/errorText'

const ENDED = new Set(['REVOKED', 'RETIRED', 'INVITED'])

/** A day's work on a stick: sealed for the sites that are chosen, and the receipts on the way back. */
export function ExchangeFile({ status }: { status: SiteStatus }) {
  const text = useText()
  const { t, code } = text
  const others = status.sites.filter((site) => site.code !== status.site.code && !ENDED.has(site.state))
  const [to, setTo] = useState<string[]>([])
  const [said, setSaid] = useState<string | null>(null)
  const [report, setReport] = useState<ImportReport | null>(null)
  const file = useRef<HTMLInputElement>(null)
  const failed = (failure: unknown) =>
    setSaid(failure instanceof ApiError ? errorText(text, failure.code, failure.params) : t('door.unreachable'))

  async function write(): Promise<void> {
    if (to.length === 0) return setSaid(t('exchange.choose'))
    try {
      save(await exportSync(to), `${status.site.code}-${status.as_of.slice(0, 16).replace(/[-:]/g, '')}.dunant`)
      setSaid(t('exchange.written'))
    } catch (failure) {
      failed(failure)
    }
  }

  async function read(given: File | undefined): Promise<void> {
    if (!given) return
    setReport(null)
    setSaid(t('exchange.reading'))
    try {
      setReport(await importSync(given))
      setSaid(null)
    } catch (failure) {
      failed(failure)
    }
  }

  return (
    <section className="site-part" aria-label={t('exchange.title')}>
      <h2>{t('exchange.title')}</h2>
      <p className="faint">{t('exchange.sentence')}</p>
      {others.length ? (
        <CheckboxGroup className="choices" value={to} onChange={setTo}>
          <Label>{t('exchange.to')}</Label>
          <div className="choices-row">
            {others.map((site) => (
              <Checkbox key={site.code} value={site.code} className="choice">
                {({ isSelected }) => (
                  <>
                    <span aria-hidden="true">{isSelected ? '☑' : '☐'}</span>
                    <Code>{site.code}</Code>
                  </>
                )}
              </Checkbox>
            ))}
          </div>
        </CheckboxGroup>
      ) : (
        <p className="hint">{t('exchange.nobody')}</p>
      )}
      <div className="row-tools">
        <Button onPress={() => void write()} isDisabled={others.length === 0}>
          {t('exchange.export')}
        </Button>
        <Button onPress={() => file.current?.click()}>{t('exchange.import')}</Button>
        <input
          ref={file}
          type="file"
          accept=".dunant"
          hidden
          aria-label={t('exchange.import')}
          onChange={(event) => {
            void read(event.target.files?.[0])
            event.target.value = ''
          }}
        />
      </div>
      <div role="status">
        {said ? <p>{said}</p> : null}
        {report ? (
          <>
            <p>
              {t('exchange.report', {
                accepted: ltr(report.accepted),
                duplicate: ltr(report.duplicate),
                parked: ltr(report.parked),
                damaged: ltr(report.damaged),
              })}
            </p>
            {report.refused.map((one) => (
              <p key={one.rule} className="refusal">
                {ltr(one.count)} · {code('rule', one.rule.replace(/^sync\./, ''))}
              </p>
            ))}
          </>
        ) : null}
      </div>
    </section>
  )
}

function save(content: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
