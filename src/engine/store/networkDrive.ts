/** SQLite's write-ahead log needs shared memory between processes, which network drives do not give. */
import * as fs from 'node:fs'

/** `f_type` of statfs(2) on Linux. FUSE is taken for a network drive: sshfs and the like cannot be told apart. */
const LINUX_NETWORK_TYPES: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x65735546, 'FUSE'],
  [0x01021997, '9P'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
])

/** The kind of network drive a folder is on, or undefined for a local disk or an unknown one. */
export function networkDrive(folder: string, statfs = fs.statfsSync): string | undefined {
  if (process.platform === 'win32') return /^(\\\\|\/\/)[^?.]/.test(folder) ? 'network share' : undefined
  if (process.platform !== 'linux') return undefined
  return LINUX_NETWORK_TYPES.get(Number(statfs(folder).type) >>> 0)
}
