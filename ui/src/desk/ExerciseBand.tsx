import { useText } from '../i18n/text'

/** Painted on every screen and print, so that nobody takes an exercise for real or the reverse. */
export function ExerciseBand() {
  const { t } = useText()
  return (
    <div className="exercise" role="note">
      <strong>{t('exercise.band')}</strong>
    </div>
  )
}
