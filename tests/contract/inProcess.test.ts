import { startEngine } from '../support/engine.js'
import { contractSuite } from './suite.js'

contractSuite({ name: 'the same process', structuredClone: true, connect: startEngine })
