/** The sizes of headings and of what stands small, in points. */
export const HEADING = { face: 'bold', size: 10.5 } as const
export const SMALL = { size: 7.5, colour: '#434c57', leading: 10.4 } as const
