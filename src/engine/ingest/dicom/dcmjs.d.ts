/** dcmjs carries no types: what the product uses of it. */
declare module 'dcmjs' {
  export const data: {
    DicomMetaDictionary: {
      /** By `(GGGG,EEEE)`. */
      dictionary: Record<string, { tag: string; vr: string; name: string; vm: string } | undefined>
      /** Keywords to tags, with their VR. */
      denaturalizeDataset(dataset: Record<string, unknown>): object
    }
    DicomDict: new (meta: object) => { dict: object; write(options?: object): ArrayBuffer }
  }
}
