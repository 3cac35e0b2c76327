/** What is sent when several values are true at once: lists are brought together, notes are joined, names are all kept. */
export function together(field: string, values: unknown[]): unknown {
  if (values.every(Array.isArray)) return distinct((values as unknown[][]).flat())
  const kept = distinct(values)
  if (kept.length === 1) return kept[0]
  const isText = kept.every((value) => typeof value === 'string')
  return isText && !field.startsWith('identity.') ? kept.join('\n') : kept
}

function distinct(values: unknown[]): unknown[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()]
}
