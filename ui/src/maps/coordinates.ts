import { forward } from 'mgrs'

interface Point {
  lat: number
  lon: number
}

export const decimalDegrees = ({ lat, lon }: Point): string =>
  `${Math.abs(lat).toFixed(4)}° ${lat < 0 ? 'S' : 'N'} ${Math.abs(lon).toFixed(4)}° ${lon < 0 ? 'W' : 'E'}`

/** MGRS to ten metres, in the groups in which it is spoken: `35P PL 8794 2343`. */
export function militaryGrid({ lat, lon }: Point): string {
  if (Math.abs(lat) > 80) return decimalDegrees({ lat, lon })
  const [, zone, square, digits] = /^(\d+[C-X])([A-Z]{2})(\d*)$/.exec(forward([lon, lat], 4)) ?? []
  return zone && square && digits !== undefined
    ? `${zone} ${square} ${digits.slice(0, digits.length / 2)} ${digits.slice(digits.length / 2)}`
    : decimalDegrees({ lat, lon })
}

const EARTH_RADIUS_KM = 6371.0088
const radians = (degrees: number) => (degrees * Math.PI) / 180

/** Great-circle distance, for putting the near before the far. */
export function distanceKm(from: Point, to: Point): number {
  const half =
    Math.sin(radians(to.lat - from.lat) / 2) ** 2 +
    Math.cos(radians(from.lat)) * Math.cos(radians(to.lat)) * Math.sin(radians(to.lon - from.lon) / 2) ** 2
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(half))
}
