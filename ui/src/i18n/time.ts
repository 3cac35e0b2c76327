/** Times as everybody reads them over the radio: elapsed hours and minutes, and Zulu. */
const MINUTE = 60_000
const two = (value: number) => String(Math.floor(value)).padStart(2, '0')

export const hoursMinutes = (minutes: number): string => `${two(minutes / 60)}:${two(minutes % 60)}`

export function zulu(time: string | number, now?: number): string {
  const at = new Date(time)
  const clock = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}Z`
  const day = at.toISOString().slice(0, 10)
  return now !== undefined && new Date(now).toISOString().slice(0, 10) !== day ? `${day} ${clock}` : clock
}

export const minutesSince = (time: string | number, now: number): number =>
  Math.max(0, Math.floor((now - new Date(time).getTime()) / MINUTE))

/** 231000ZNOV26 */
export function dateTimeGroup(time: string | number): string {
  const at = new Date(time)
  const month = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'][at.getUTCMonth()]!
  return `${two(at.getUTCDate())}${two(at.getUTCHours())}${two(at.getUTCMinutes())}Z${month}${two(at.getUTCFullYear() % 100)}`
}
