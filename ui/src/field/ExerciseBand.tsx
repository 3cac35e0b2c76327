import { useText } from '../i18n/text'

export const ExerciseBand = () => <div className="exercise">{useText().t('exercise.band')}</div>
