import { useEffect, useState } from 'react'
import { useText } from '../i18n/text'

const PATIENCE_MS = 8_000

export function SlowLoading() {
  const { t } = useText()
  const [isSlow, setSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <p className="loading-note" role="status">
      {t(isSlow ? 'state.loading_slow' : 'state.loading')}
    </p>
  )
}
