/** What the viewer and the decode command show of one image. */
import { z } from 'zod'

export const decodeReportSchema = z.object({
  kind: z.string(),
  transferSyntax: z.string().optional(),
  photometric: z.string(),
  rows: z.number().int(),
  columns: z.number().int(),
  frames: z.number().int(),
  samplesPerPixel: z.number().int(),
  bitsStored: z.number().int(),
  signed: z.boolean(),
  stored: z.object({ min: z.number(), max: z.number(), mean: z.number(), sha1: z.string() }),
  modality: z.object({ min: z.number(), max: z.number() }),
  voi: z.object({ min: z.number(), max: z.number() }),
  warnings: z.array(z.string()),
})
export type DecodeReport = z.infer<typeof decodeReportSchema>

/** Everything the viewer needs of one frame. `pixels` are stored values after the modality step is undone by slope/intercept. */
export const viewerFrameSchema = z.object({
  rows: z.number().int(),
  columns: z.number().int(),
  frame: z.number().int(),
  frames: z.number().int(),
  /** grey: Int16 or Uint16 little-endian modality values scaled by `slope`/`intercept`; rgb: 8-bit interleaved. */
  format: z.enum(['int16', 'uint16', 'rgb8']),
  /** As the file says it: a grey format of RGB or a palette is a picture whose colours are equal everywhere. */
  photometric: z.string(),
  pixels: z.instanceof(Uint8Array),
  slope: z.number(),
  intercept: z.number(),
  /** PS3.3 C.11.2: first window, or the robust one for images without any. */
  windows: z.array(
    z.object({
      center: z.number(),
      width: z.number(),
      function: z.enum(['LINEAR', 'LINEAR_EXACT', 'SIGMOID']),
      explanation: z.string().optional(),
    }),
  ),
  /** First VOI LUT: output for each input from `first`, scaled 0..1. */
  voiLut: z.object({ first: z.number(), values: z.array(z.number()) }).optional(),
  /** MONOCHROME1 or an inverse presentation LUT: white is low. */
  inverted: z.boolean(),
  /** Modality values between which a pixel is no picture (PS3.3 C.7.5.1.1.2); half a step wider than the file's range. */
  pixelPadding: z.object({ low: z.number(), high: z.number() }).optional(),
  /** Millimetres per pixel row, column, with where they come from; "detector" unless calibrated (PS3.3 10.7). */
  spacing: z
    .object({ row: z.number(), column: z.number(), kind: z.enum(['patient', 'detector', 'calibrated']) })
    .optional(),
  aspect: z.number(),
  orientation: z.tuple([z.string(), z.string()]).optional(),
  synthetic: z.boolean(),
  originalResolution: z.boolean(),
  /** Pixels of the file that a pixel sent stands for, along each side; absent where all are sent. `spacing` is of what is sent. */
  reduction: z.number().int().optional(),
})
export type ViewerFrame = z.infer<typeof viewerFrameSchema>

export const tagSchema = z.object({
  tag: z.string(),
  keyword: z.string(),
  vr: z.string(),
  value: z.string(),
  depth: z.number().int(),
  identifying: z.boolean(),
})
export type Tag = z.infer<typeof tagSchema>
