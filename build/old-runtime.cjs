'use strict'
/**
 * First file of a package whose Electron is older than the product's own, as tests build it: what that runtime brings
 * beside itself to make up for newer APIs of the main process is loaded, then the app.
 */
const fs = require('node:fs')
const path = require('node:path')

const newer = path.join(process.resourcesPath, 'newer-apis.cjs')
if (fs.existsSync(newer)) require(newer)
require('./out/main/index.cjs')
