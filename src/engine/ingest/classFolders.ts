/** Which folders of a tree are classes: `NORMAL/`, `PNEUMONIA/`, also below `train/` and the like. */

/** Folders of splits and wrappers: never a class. */
const GENERIC =
  /^(train|training|test|testing|val|valid|validation|dev|data|dataset|images?|imgs?|pictures|png|jpe?g|dicoms?|dcm|files|all|raw|input|gallery|queries|query|library|download|downloads|new folder|chest_?xrays?|xrays?|cxr|series|study|studies|patients?|export|cd|dicomdir|viewer|tmp)$/i
/** Numbered folders of media and archives: patients, studies, series. */
const NUMBERED =
  /^(pat|patient|pt|p|st|stu|study|se|ser|series|s|im|img|image|dicom|dcm|case|id|acc|ex|exam|disk|cd|folder|new folder)?[ _.-]*[\d._-]+$/i

/** Words that are a finding even when such a folder stands alone. */
const KNOWN =
  /^(normal|no[ _-]?finding|healthy|pneumonia|covid([ _-]?19)?|tuberculosis|tb|effusion|pleural[ _-]effusion|cardiomegaly|atelectasis|pneumothorax|edema|oedema|consolidation|nodule|mass|infiltration|fibrosis|emphysema|hernia|fracture|lung[ _-]opacity)$/i

function couldBeClass(folder: string): boolean {
  return (
    folder.length <= 60 &&
    !folder.startsWith('.') &&
    !GENERIC.test(folder) &&
    !NUMBERED.test(folder) &&
    /\p{L}/u.test(folder)
  )
}

/**
 * The finding of each path by its folder.
 * @param paths `/`-separated paths of images relative to what was dropped
 * @returns for a path the class of its folder, upper case, or undefined
 */
export function classesOf(paths: readonly string[]): (path: string) => string | undefined {
  /** Folders with images, by the folder they stand in. */
  const below = new Map<string, Set<string>>()
  const withImages = new Set<string>()
  for (const path of paths) {
    const parts = path.split('/')
    parts.pop()
    withImages.add(parts.join('/'))
    const own = parts.pop()
    if (own === undefined) continue
    const parent = parts.join('/')
    const siblings = below.get(parent) ?? new Set<string>()
    siblings.add(own)
    below.set(parent, siblings)
  }
  const classes = new Map<string, string>()
  for (const [parent, folders] of below) {
    const possible = [...folders].filter(couldBeClass)
    // Two or more beside each other with no picture between them, or a name that can be nothing else.
    const together = possible.length >= 2 && possible.length === folders.size && !withImages.has(parent)
    for (const folder of possible)
      if (together || KNOWN.test(folder))
        classes.set(parent === '' ? folder : `${parent}/${folder}`, folder.trim().toUpperCase())
  }
  return (path) => classes.get(path.slice(0, Math.max(0, path.lastIndexOf('/'))))
}
