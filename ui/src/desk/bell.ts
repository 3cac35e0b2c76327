/** Two short tones, made in the browser: no sound file has to be fetched. */
let context: AudioContext | undefined

export function ring(): void {
  // Browsers keep quiet until somebody has touched the page; the flash does not wait for that.
  if (!navigator.userActivation.hasBeenActive) return
  try {
    context ??= new AudioContext()
    void context.resume()
    const start = context.currentTime + 0.02
    ;[880, 660, 880, 660].forEach((pitch, index) => tone(context!, pitch, start + index * 0.22))
  } catch {
    // A device without sound still flashes.
  }
}

function tone(audio: AudioContext, pitch: number, at: number): void {
  const source = audio.createOscillator()
  const volume = audio.createGain()
  source.type = 'triangle'
  source.frequency.value = pitch
  volume.gain.setValueAtTime(0, at)
  volume.gain.linearRampToValueAtTime(0.25, at + 0.02)
  volume.gain.linearRampToValueAtTime(0, at + 0.18)
  source.connect(volume).connect(audio.destination)
  source.start(at)
  source.stop(at + 0.2)
}
