/**
 * Packages for Windows, macOS and Linux. Natives lie outside the asar (a .node file cannot be loaded from
 * inside), and each package carries its own platform's binaries only.
 */
const fs = require('node:fs')
const path = require('node:path')
const { execFileSync } = require('node:child_process')

/** Set by scripts/package.js where the runtime is not the one of package.json: older ones have fewer fuses. */
const runtimeMajor = Number.parseInt(process.env.HILUM_RUNTIME_VERSION ?? '45', 10)

/**
 * The natives need Node-API 10, which Electron has had since 36. A package with an older runtime, as tests build it, runs
 * the engine in a Node of its own, which cannot read inside the asar.
 */
const engineInNode = runtimeMajor < 36

const platforms = ['linux', 'darwin', 'win32']

/** Patterns that leave the other platforms' binaries out. */
function foreign(platform, arch) {
  const others = platforms.filter((each) => each !== platform)
  const otherArch = arch === 'x64' ? 'arm64' : 'x64'
  return [
    ...others.map((each) => `!node_modules/onnxruntime-node/bin/napi-v*/${each}/**`),
    `!node_modules/onnxruntime-node/bin/napi-v*/${platform}/${otherArch}/**`,
    ...others.map((each) => `!node_modules/better-sqlite3/prebuilds/${each}*`),
    `!node_modules/better-sqlite3/prebuilds/${platform}*-${otherArch}.node`,
    '!node_modules/better-sqlite3/prebuilds/linuxmusl-*',
  ]
}

/** Electron's own sample app goes (it would start if ours were missing); FAISS gets what it was linked with. */
function finish({ appOutDir, electronPlatformName }) {
  if (electronPlatformName !== 'linux' || process.platform !== 'linux') return
  const resources = path.join(appOutDir, 'resources')
  fs.rmSync(path.join(resources, 'default_app.asar'), { force: true })
  shipFaissLibraries(path.join(resources, 'app.asar.unpacked/node_modules/faiss-node/build/Release'))
}

/**
 * Puts the libraries that a self-compiled FAISS addon was linked with beside it: a computer that installs the app has
 * no OpenBLAS. The prebuilt addon carries its own and needs none of this.
 */
function shipFaissLibraries(folder) {
  const addon = path.join(folder, 'faiss-node.node')
  if (!fs.existsSync(addon)) throw new Error('The FAISS addon was not packed')
  const needed = /lib(?:openblas|gfortran|quadmath|gomp)\.so[.\d]* => (\S+)/g
  for (const [, library] of execFileSync('ldd', [addon], { encoding: 'utf8' }).matchAll(needed))
    fs.copyFileSync(fs.realpathSync(library), path.join(folder, path.basename(library)))
}

/** What is packed. One list a platform: a list of exclusions alone would mean "everything else" to electron-builder. */
const packed = (platform, arch) => [
  'out/**',
  '!out/**/*.map',
  'package.json',
  'LICENSE',
  // The Node that development brings along; the app runs on Electron's own.
  '!node_modules/node-{linux,win,darwin}-*{,/**}',
  // Bundlers that only peer dependencies name.
  '!node_modules/{rollup,@rollup,vite,rolldown,@rolldown,esbuild,@esbuild,typescript}{,/**}',
  '!node_modules/better-sqlite3/{deps,src}/**',
  '!node_modules/faiss-node/{src,deps,test,examples}/**',
  '!node_modules/**/{test,tests,__tests__,docs,example,examples}/**',
  '!node_modules/**/*.{md,map,d.ts,ts}',
  // Addons for a JavaScript runtime that is not Node's, for ten systems.
  '!node_modules/bare-*/prebuilds{,/**}',
  // Named as dependencies by dcmjs, whose one file carries what it uses of them.
  '!node_modules/{core-js-pure,@babel/runtime-corejs3}{,/**}',
  '!node_modules/**/dcmjs/build/dcmjs.{es,min}.js',
  // What is for browsers, and faces that no report is set in.
  '!node_modules/pdfkit/js/pdfkit.{browser,browser.old,standalone,old}.{js,mjs}',
  '!node_modules/csv-parse/dist/{esm,iife,umd}{,/**}',
  '!node_modules/{pako,unicode-trie/node_modules/pako}/dist{,/**}',
  '!node_modules/dejavu-fonts-ttf/ttf/!(DejaVuSans|DejaVuSans-Bold|DejaVuSansMono).ttf',
  ...(engineInNode ? [{ from: 'build', to: '.', filter: ['old-runtime.cjs'] }] : []),
  ...foreign(platform, arch),
]

/** @type {import('electron-builder').Configuration} */
module.exports = {
  appId: 'org.hilum.app',
  productName: 'Hilum',
  copyright: 'Hilum contributors. Apache-2.0',
  directories: { output: 'dist', buildResources: 'build' },
  asar: true,
  asarUnpack: [
    '**/*.node',
    'node_modules/onnxruntime-node/bin/**',
    'node_modules/faiss-node/build/**',
    'node_modules/@img/**',
    ...(engineInNode ? ['package.json', 'out/engine/**', 'out/chunks/**', 'node_modules/**'] : []),
  ],
  afterPack: finish,
  ...(engineInNode ? { extraMetadata: { main: 'old-runtime.cjs' } } : {}),
  // The window speaks English; Chromium's own words in fifty more languages weigh 27 MB.
  electronLanguages: ['en-US'],
  npmRebuild: false,
  nodeGypRebuild: false,
  extraResources: [
    { from: 'resources', to: 'resources' },
    ...(engineInNode
      ? [{ from: `node_modules/node-${process.platform}-${process.arch}/bin`, to: 'engine-node' }]
      : []),
  ],
  linux: {
    category: 'Science',
    target: ['AppImage', 'deb'],
    executableName: 'hilum',
    // electron-builder would start an AppImage without Chromium's sandbox.
    executableArgs: [],
    files: packed('linux', 'x64'),
  },
  mac: {
    category: 'public.app-category.medical',
    target: ['dmg', 'zip'],
    hardenedRuntime: true,
    entitlements: 'build/entitlements.mac.plist',
    entitlementsInherit: 'build/entitlements.mac.plist',
    files: packed('darwin', 'arm64'),
  },
  win: { target: ['nsis'], files: packed('win32', 'x64') },
  nsis: {
    oneClick: false,
    perMachine: false,
    allowToChangeInstallationDirectory: true,
    deleteAppDataOnUninstall: false,
  },
  // Nothing is looked up or sent by itself.
  publish: null,
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    ...(runtimeMajor >= 29 ? { grantFileProtocolExtraPrivileges: false } : {}),
  },
}
