/** Of a file that could not be read: some sentences begin with its name, which is said beside them as well. */
import type { Failure } from './domain/images.js'

type Named = Pick<Failure, 'file' | 'message'>

/** The sentence without the file's name, where it begins with it: "is a text file, so it was left out." */
export function withoutName({ file, message }: Named): string {
  const own = [file, file.slice(file.lastIndexOf('/') + 1)].find((name) => message.startsWith(`${name} `))
  return own === undefined ? message : message.slice(own.length + 1)
}

/** The name once, then what is wrong: "b/notes.png is a text file, so it was left out." */
export function named(failure: Named): string {
  const rest = withoutName(failure)
  return `${failure.file}${rest === failure.message ? ':' : ''} ${rest}`
}
