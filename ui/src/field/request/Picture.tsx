import { useEffect, useState } from 'react'

/** A text as a QR code, drawn here. Never mirrored, and black on white in every theme: a camera reads it. */
export function Picture({ text, label }: { text: string; label: string }) {
  const [rows, setRows] = useState<boolean[][]>([])
  useEffect(() => {
    let isWanted = true
    void import('qr').then(({ default: encode }) => (isWanted ? setRows(encode(text, 'raw', { ecc: 'medium', border: 4 })) : undefined))
    return () => {
      isWanted = false
    }
  }, [text])
  if (!rows.length) return null
  const path = rows
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('')
  return (
    <svg className="picture" role="img" aria-label={label} data-code={text} viewBox={`0 0 ${rows.length} ${rows.length}`} direction="ltr" shapeRendering="crispEdges">
      <rect width="100%" height="100%" fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
