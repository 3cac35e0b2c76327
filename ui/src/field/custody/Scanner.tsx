import { useEffect, useRef, useState } from 'react'
import { useText } from '../../i18n/text'
import { Field } from '../bits'

const LOOK_MS = 200

/** Codes by the camera, from a picture, or pasted: whatever this phone can do. */
export function Scanner({ onText, said }: { onText: (text: string) => void; said: string }) {
  const { t } = useText()
  const [isOn, setOn] = useState(false)
  const [note, setNote] = useState('')
  const [typed, setTyped] = useState('')

  async function picture(file: File | undefined): Promise<void> {
    if (!file) return
    try {
      const image = await createImageBitmap(file)
      const canvas = new OffscreenCanvas(image.width, image.height)
      const context = canvas.getContext('2d')!
      context.drawImage(image, 0, 0)
      onText(await decoded(context.getImageData(0, 0, image.width, image.height)))
      setNote('')
    } catch {
      setNote(t('medic.no_code_seen'))
    }
  }

  function paste(): void {
    for (const line of typed.split('\n').map((each) => each.trim()).filter(Boolean)) onText(line)
    setTyped('')
  }

  return (
    <div className="scanner">
      {isOn ? (
        <Camera
          onText={onText}
          onFail={() => {
            setOn(false)
            setNote(t('medic.no_camera'))
          }}
        />
      ) : (
        <button type="button" className="primary huge" onClick={() => setOn(true)}>
          {t('medic.scan')}
        </button>
      )}
      <p role="status" data-scanned={said || undefined}>
        {said || note}
      </p>
      <details>
        <summary>{t('medic.without_camera')}</summary>
        <Field label={t('medic.from_picture')}>
          {(ids) => <input {...ids} type="file" accept="image/*" onChange={({ target }) => void picture(target.files?.[0])} />}
        </Field>
        <Field label={t('medic.from_text')}>
          {(ids) => <textarea {...ids} dir="ltr" rows={4} value={typed} onChange={({ target }) => setTyped(target.value)} />}
        </Field>
        <button type="button" className="plain" disabled={typed.trim() === ''} onClick={paste}>
          {t('medic.use_text')}
        </button>
      </details>
    </div>
  )
}

async function decoded(image: ImageData): Promise<string> {
  const { default: decode } = await import('qr/decode.js')
  return decode({ width: image.width, height: image.height, data: image.data })
}

function Camera({ onText, onFail }: { onText: (text: string) => void; onFail: () => void }) {
  const { t } = useText()
  const video = useRef<HTMLVideoElement>(null)
  const latest = useRef({ onText, onFail })
  latest.current = { onText, onFail }
  useEffect(() => {
    let stream: MediaStream | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    let isWanted = true
    const canvas = document.createElement('canvas')

    async function look(): Promise<void> {
      const shown = video.current
      if (!isWanted || !shown) return
      if (shown.videoWidth) {
        canvas.width = shown.videoWidth
        canvas.height = shown.videoHeight
        const context = canvas.getContext('2d', { willReadFrequently: true })!
        context.drawImage(shown, 0, 0)
        const text = await decoded(context.getImageData(0, 0, canvas.width, canvas.height)).catch(() => '')
        if (text && isWanted) latest.current.onText(text)
      }
      timer = setTimeout(() => void look(), LOOK_MS)
    }

    void (async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
        if (!isWanted || !video.current) return stream.getTracks().forEach((track) => track.stop())
        video.current.srcObject = stream
        await video.current.play()
        void look()
      } catch {
        if (isWanted) latest.current.onFail()
      }
    })()
    return () => {
      isWanted = false
      clearTimeout(timer)
      stream?.getTracks().forEach((track) => track.stop())
    }
  }, [])
  return <video ref={video} className="camera" playsInline muted aria-label={t('medic.scan')} />
}
