import { ApiError } from '../../api/client'
import { judgeHeld } from '../../api/site'
import { ltr, useText } from '../../i18n/text'
import { Button } from '../../kit/Button'
import { Code } from '../../kit/Code'
import { Ago } from '../../kit/Elapsed'
import { useAsk } from '../../kit/useAsk'
import { useView } from '../../live/useView'
import { ListFrame } from '../lists/ListFrame'
import { bytesWords } from '../site/siteMath'

/** Entries made with something that had been revoked: somebody's work, kept until a person has judged it. */
export function HeldTab() {
  const { t, code } = useText()
  const seen = useView('held_entries')
  const { refusal, ask } = useAsk()
  const judge = (entry: string, verdict: 'RELEASED' | 'DISCARDED') =>
    ask(async () => {
      const outcome = await judgeHeld(entry, verdict)
      seen.again()
      if (outcome.outcome === 'rejected') throw new ApiError(409, outcome.code ?? '', outcome.params ?? {})
    })
  return (
    <ListFrame title={t('inbox.held')} empty={t('inbox.held_none')} seen={seen}>
      <p className="hint">{t('inbox.held_sentence')}</p>
      {refusal ? (
        <p className="refusal hint" role="alert">
          {refusal}
        </p>
      ) : null}
      <ul className="tiles">
        {seen.rows.map((row) => (
          <li key={row.id} className="tile" data-held={row.id}>
            <p className="row-head">
              <strong>
                <bdi>{row.login}</bdi>
              </strong>
              <Ago at={row.rx} />
            </p>
            <p>
              {code('rule', row.rule)} · {ltr(bytesWords(row.bytes))}
              {row.device ? (
                <>
                  {' · '}
                  <Code>{row.device.slice(-4).toUpperCase()}</Code>
                </>
              ) : null}
            </p>
            <div className="row-tools">
              <Button onPress={() => judge(row.id, 'RELEASED')}>{t('held.release')}</Button>
              <Button kind="outline" onPress={() => judge(row.id, 'DISCARDED')}>
                {t('held.discard')}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </ListFrame>
  )
}
