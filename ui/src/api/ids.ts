/** UUIDv7 from the browser's random source.
 *
 * `crypto.randomUUID` does not exist over plain http on a local network, `getRandomValues` does.
 */
let last = 0n

export function uuid7(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  let stamp = BigInt(Math.floor(now)) << 12n
  if (stamp <= last) stamp = last + 1n
  last = stamp
  const head = stamp.toString(16).padStart(15, '0')
  const variant = ((bytes[8]! & 0x3f) | 0x80).toString(16)
  const tail = Array.from(bytes.subarray(9), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${head.slice(0, 8)}-${head.slice(8, 12)}-7${head.slice(12, 15)}-${variant}${tail.slice(0, 2)}-${tail.slice(2)}`
}
