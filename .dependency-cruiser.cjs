/** The layer rule of the design, as a check: the path of a file tells what it may touch. */
const natives =
  '^(better-sqlite3|faiss-node|onnxruntime-node)($|/)|node_modules/(better-sqlite3|faiss-node|onnxruntime-node)/'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle hides who owns what.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'shared-is-pure',
      severity: 'error',
      comment: 'src/shared: no Node, no DOM, no Electron, nothing of ours outside itself.',
      from: { path: '^src/shared/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: ['^src/shared/', 'node_modules/zod/', '^zod'] },
    },
    {
      name: 'renderer-sees-shared-only',
      severity: 'error',
      from: { path: '^src/renderer/' },
      to: { path: '^src/(engine|main|preload|web|cli|hosts|node)/' },
    },
    {
      name: 'renderer-without-node',
      severity: 'error',
      from: { path: '^src/renderer/', pathNot: '\\.test\\.tsx?$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'preload-sees-shared-only',
      severity: 'error',
      from: { path: '^src/preload/' },
      to: { path: '^src/', pathNot: '^src/(shared|preload)/' },
    },
    {
      name: 'only-main-and-preload-know-electron',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|preload)/' },
      to: { path: '^electron$|node_modules/electron/' },
    },
    {
      name: 'main-and-web-know-the-contract-only',
      severity: 'error',
      comment: 'The engine is a process: hosts start its entry file and speak the contract.',
      from: { path: '^src/(main|web|hosts|node)/' },
      to: { path: '^src/(engine|renderer|cli)/' },
    },
    {
      name: 'hosts-without-natives',
      severity: 'error',
      from: { path: '^src/(main|web|hosts|cli|preload|renderer)/' },
      to: { path: natives },
    },
    {
      name: 'nothing-imports-a-host',
      severity: 'error',
      from: { path: '^src/(shared|node|engine|renderer|preload)/' },
      to: { path: '^src/(main|web|cli|hosts)/' },
    },
    {
      name: 'cli-enters-by-createEngine',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^src/engine/', pathNot: '^src/engine/(createEngine|inProcessClient|processes)\\.ts$' },
    },
    {
      name: 'services-depend-on-ports',
      severity: 'error',
      comment: 'Adapters are joined to services by createEngine alone; a type of theirs is no port either.',
      from: { path: '^src/engine/services/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^src/engine/((store|index|encoders|ingest|imaging)/|diskLibraries|recentLibraries)',
      },
    },
    {
      name: 'services-without-natives',
      severity: 'error',
      from: { path: '^src/engine/services/', pathNot: '\\.test\\.ts$' },
      to: { path: natives },
    },
    {
      name: 'adapters-do-not-call-services',
      severity: 'error',
      from: {
        path: '^src/engine/(store|index|encoders|ingest|imaging|reports|demo)/',
        pathNot: '\\.test\\.ts$',
      },
      to: { path: '^src/engine/services/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
}
