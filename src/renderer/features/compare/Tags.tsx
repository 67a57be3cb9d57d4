import type { ImageRef } from '@shared/domain/images.js'
import type { Tag } from '@shared/domain/viewer.js'
import { Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useIdentity } from '../../app/identity.js'
import { call } from '../../host/client.js'
import { s } from '../../strings/strings.js'
import { Segment } from '../../ui/Controls.js'

/** DICOM tags with search; identifying values are covered while identities are hidden. */
export function Tags({ queryId, imageId }: { queryId: string; imageId: string | undefined }) {
  const [of, setOf] = useState<'query' | 'case'>('query')
  const [tags, setTags] = useState<Tag[] | undefined>(undefined)
  const [words, setWords] = useState('')
  const identity = useIdentity()
  useEffect(() => {
    const controller = new AbortController()
    const ref: ImageRef =
      of === 'case' && imageId !== undefined ? { kind: 'image', imageId } : { kind: 'query', queryId }
    setTags(undefined)
    void call('images.tags', { ref }, { signal: controller.signal }).then((answer) => {
      if (!controller.signal.aborted) setTags(answer.ok ? answer.value.tags : [])
    })
    return () => controller.abort()
  }, [of, queryId, imageId])
  const wanted = words.toLowerCase()
  const shown = (tags ?? []).filter((tag) =>
    `${tag.tag} ${tag.keyword} ${identity.tag(tag)}`.toLowerCase().includes(wanted),
  )
  return (
    <section className="sect col" aria-label={s.compare.tags}>
      <div className="row wrap">
        <h3>{s.compare.tags}</h3>
        <span className="end">
          <Segment
            label={s.compare.tagsOf}
            value={of}
            onChange={setOf}
            options={[
              ['query', s.compare.theQuery],
              ['case', s.compare.theCase],
            ]}
          />
        </span>
      </div>
      <label className="input">
        <Search aria-hidden="true" />
        <input
          type="search"
          aria-label={s.compare.findTag}
          placeholder={s.compare.findTag}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
      </label>
      {tags?.length === 0 && <p className="xs">{s.compare.noTags}</p>}
      {tags !== undefined && tags.length > 0 && shown.length === 0 && (
        <p className="xs">{s.compare.noTagFits}</p>
      )}
      <dl className="tags">
        {shown.slice(0, 400).map((tag, i) => (
          <div key={`${tag.tag} ${i}`} style={{ paddingLeft: tag.depth * 10 }}>
            <dt className="mono t3">
              {tag.tag} <span className="t2">{tag.keyword}</span>
            </dt>
            <dd className="mono">{identity.tag(tag)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
