/** What the report is made from: other services, by their contract. */
import type { ModelPack } from '@shared/modelPack.js'
import type { Handler, Workspace } from '../../ports/calls.js'
import type { Calibration } from '../calibrationPort.js'
import type { Pictures } from '../pictures.js'

export type ReportParts = {
  workspace: Workspace
  pictures: Pictures
  calibration: Calibration
  version: string
  /** The model in use; throws MODEL_NOT_FOUND. */
  model: () => { manifest: ModelPack; sha256: string }
  searchImage: Handler<'search.image'>
  explainPair: Handler<'explain.pair'>
  preview: Handler<'images.preview'>
  openQuery: Handler<'query.open'>
}

export type ReportInput = Parameters<Handler<'report.create'>>[0]
