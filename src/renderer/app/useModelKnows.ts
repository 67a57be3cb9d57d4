import { modelKnows } from '@shared/modelKnows.js'
import { useSession } from './session.js'

/** What the model in use can see, as a sentence. */
export const useModelKnows = (): string => useSession(({ status }) => modelKnows(status?.model?.limits))
