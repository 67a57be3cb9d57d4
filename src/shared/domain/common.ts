/** Small schemas that several others are made of. */
import { z } from 'zod'

export const id = z.string().min(1).max(200)

export const fraction = z.number().min(0).max(1)

/** A finding's name as the library carries it, upper case (`NORMAL`, `PNEUMONIA`, …); none recorded is an empty list. */
export const findingSchema = z.string().min(1).max(120)
