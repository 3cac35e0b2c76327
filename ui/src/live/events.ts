/** Server-sent events read from a fetch body.
 *
 * The browser's EventSource hides the status and cannot be given a cursor after a hard failure; reading the stream
 * ourselves keeps both.
 */
export interface LiveMessage {
  id: string | null
  event: string
  data: string
}

export function makeParser(): (chunk: string) => LiveMessage[] {
  let rest = ''
  let id: string | null = null
  return (chunk) => {
    rest += chunk
    const blocks = rest.split(/\r\n\r\n|\n\n|\r\r/)
    rest = blocks.pop() ?? ''
    const messages: LiveMessage[] = []
    for (const block of blocks) {
      let event = 'message'
      const data: string[] = []
      for (const line of block.split(/\r\n|\n|\r/)) {
        const colon = line.indexOf(':')
        if (colon === 0) continue
        const field = colon < 0 ? line : line.slice(0, colon)
        const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
        if (field === 'id' && !value.includes('\0')) id = value
        else if (field === 'event') event = value
        else if (field === 'data') data.push(value)
      }
      if (data.length) messages.push({ id, event, data: data.join('\n') })
    }
    return messages
  }
}
