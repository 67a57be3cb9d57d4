import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Name what a file exports, so that one thing has one name everywhere.',
}
const noThrownLiteral = {
  selector: 'ThrowStatement > :matches(Literal, TemplateLiteral, ObjectExpression)',
  message: 'Throw a HilumError (expected) or an Error (bug).',
}

export default tseslint.config(
  {
    ignores: [
      'node_modules/**',
      'out/**',
      'dist/**',
      '.cache/**',
      'training/**',
      'resources/**',
      'test-results/**',
      'playwright-report/**',
      'tests/layers/fixture/**',
      '**/*.js',
      '**/*.cjs',
      '**/*.mjs',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-restricted-syntax': ['error', noDefaultExport, noThrownLiteral],
      'no-empty': ['error', { allowEmptyCatch: false }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, varsIgnorePattern: '^_', argsIgnorePattern: '^_' },
      ],
      eqeqeq: 'error',
      'no-console': ['error', { allow: ['error'] }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      // A service may answer synchronously behind an asynchronous port.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['*.config.ts', 'vitest.config.ts', 'bench/vitest.config.ts'],
    rules: { 'no-restricted-syntax': ['error', noThrownLiteral] },
  },
  {
    files: ['src/renderer/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    // The rules of hooks; the others of that set are for React's compiler, which is not used here.
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  {
    files: ['src/cli/**', 'src/web/**', 'bench/**', 'tests/**', 'src/**/*.test.ts'],
    rules: { 'no-console': 'off' },
  },
)
