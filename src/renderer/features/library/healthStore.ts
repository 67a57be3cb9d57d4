/** The library's own figures, asked for while a screen that shows them is open. */
import { useEffect } from 'react'
import type { Health } from '@shared/domain/measuring.js'
import { create } from 'zustand'
import { onOtherLibrary, useSession } from '../../app/session.js'
import { call } from '../../host/client.js'

const WHILE_MEASURING_MS = 1500
const OTHERWISE_MS = 15_000

export const useHealth = create<{ health: Health | undefined }>(() => ({ health: undefined }))

/** Keeps the figures fresh for as long as the component is shown. */
export function useFreshHealth(): Health | undefined {
  const health = useHealth((state) => state.health)
  const cases = useSession((session) => session.library?.cases)
  useEffect(() => {
    let timer: number | undefined
    let gone = false
    const look = async () => {
      const answer = await call('library.health', {})
      if (gone) return
      if (answer.ok) useHealth.setState({ health: answer.value })
      const measuring = answer.ok && answer.value.state === 'measuring'
      timer = window.setTimeout(() => void look(), measuring ? WHILE_MEASURING_MS : OTHERWISE_MS)
    }
    void look()
    return () => {
      gone = true
      window.clearTimeout(timer)
    }
  }, [cases])
  return health
}

onOtherLibrary(() => useHealth.setState({ health: undefined }))
