import { useState } from 'react'
import { ApiError } from '../api/client'
import { useText } from '../i18n/text'
import { errorText } from './errorText'

/** One question to the site that a person waits for: at most one at a time, and its refusal in words. */
export function useAsk(): { isBusy: boolean; refusal: string | null; ask: (work: () => Promise<unknown>) => void } {
  const text = useText()
  const [isBusy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const ask = (work: () => Promise<unknown>): void => {
    if (isBusy) return
    setBusy(true)
    setRefusal(null)
    work()
      .catch((failure: unknown) =>
        setRefusal(
          failure instanceof ApiError ? errorText(text, failure.code, failure.params) : text.t('door.unreachable'),
        ),
      )
      .finally(() => setBusy(false))
  }
  return { isBusy, refusal, ask }
}
