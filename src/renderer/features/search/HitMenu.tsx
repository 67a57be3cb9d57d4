import type { Hit } from '@shared/domain/search.js'
import { Ellipsis } from 'lucide-react'
import { useEntry } from '../../app/nav.js'
import { toast } from '../../app/toasts.js'
import { score } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Menu } from '../../ui/Menu.js'
import { openCompare } from './searchCommands.js'
import { addExample } from './question.js'
import { startSearch } from './searchRun.js'
import { START_WEIGHT } from './sources.js'

export function HitMenu({ hit }: { hit: Hit }) {
  const { searchId } = useEntry()
  return (
    <Menu
      className="btn ghost icon mini"
      name={s.search.more(hit.caseId)}
      heading={`${s.search.score} ${score(hit.score)}`}
      align="right"
      label={<Ellipsis aria-hidden="true" />}
      items={[
        { id: 'compare', label: s.search.openCompare, hint: 'Enter', run: () => openCompare(hit.imageId) },
        {
          id: 'query',
          label: s.search.useAsQuery,
          hint: 'Q',
          run: () => startSearch({ kind: 'image', imageId: hit.imageId }),
        },
        {
          id: 'more',
          label: s.refine.moreLike,
          run: () => searchId !== undefined && addExample(searchId, hit, START_WEIGHT.example),
        },
        {
          id: 'less',
          label: s.refine.lessLike,
          run: () => searchId !== undefined && addExample(searchId, hit, -START_WEIGHT.example),
        },
        {
          id: 'copy',
          label: s.search.copyNumber,
          hint: `${s.search.score} ${score(hit.score)}`,
          run: () => {
            void navigator.clipboard.writeText(hit.caseId).then(() => toast(s.search.copied(hit.caseId)))
          },
        },
      ]}
    />
  )
}
