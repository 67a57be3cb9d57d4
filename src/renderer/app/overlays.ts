/** What lies over the screen: at most one thing at a time. */
import { create } from 'zustand'

export type Overlay =
  'palette' | 'keys' | 'evidence' | 'mnist' | 'deleteCases' | 'findings' | 'health' | 'restore' | undefined
export const useOverlay = create<{ open: Overlay }>(() => ({ open: undefined }))
export const openOverlay = (open: Overlay): void => useOverlay.setState({ open })
export const closeOverlay = (): void => useOverlay.setState({ open: undefined })
