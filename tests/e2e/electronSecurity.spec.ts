/** Electron's security checklist, asserted on the running app. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Launched } from './support/hosts.js'
import { expect, test } from './support/launch.js'

type Raw = { call(id: number, method: string, payload: unknown, progress?: unknown): Promise<unknown> }

/** The page's own call, as a script that got into it could make it. */
const rawCall = ({ page }: Launched, method: string, payload: unknown): Promise<unknown> =>
  page.evaluate(([name, value]) => (window as unknown as { hilum: Raw }).hilum.call(9_000_000, name, value), [
    method,
    payload,
  ] as const)

test('the window is sandboxed and isolated, and the page sees nothing of Node or Electron', async ({
  launch,
}) => {
  const { app, page } = await launch({ sandboxed: true })
  const preferences = await app?.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    return (window?.webContents as unknown as { getLastWebPreferences(): unknown }).getLastWebPreferences()
  })
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
  })
  const seen = await page.evaluate(() => ({
    leaks: ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter(
      (name) => name in window,
    ),
    bridge: Object.keys((window as unknown as { hilum: object }).hilum).sort(),
  }))
  expect(seen.leaks).toEqual([])
  expect(seen.bridge).toEqual(
    [
      'call',
      'cancel',
      'grantOf',
      'onEvent',
      'pickFiles',
      'pickFolder',
      'platform',
      'saveAs',
      'saveTarget',
    ].sort(),
  )
})

test('the policy lets no foreign and no inline script run, and no page in a frame', async ({ launch }) => {
  const { page } = await launch({ sandboxed: true })
  const policy = await page.evaluate(
    async () => (await fetch('/index.html')).headers.get('content-security-policy') ?? '',
  )
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self'")
  expect(policy).not.toContain('unsafe')
  const ran = await page.evaluate(async () => {
    const script = document.createElement('script')
    script.textContent = 'window.inlineRan = true'
    document.head.append(script)
    const frame = document.createElement('iframe')
    frame.src = 'data:text/html,<p>inside</p>'
    document.body.append(frame)
    // Behind a timer, because the debugger that runs this may evaluate what the page may not.
    const evaluated = await new Promise((resolve) =>
      setTimeout(() => {
        try {
          // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it must be refused
          resolve(typeof new Function('return 1'))
        } catch {
          resolve('refused')
        }
      }, 50),
    )
    const { inlineRan } = window as unknown as { inlineRan?: boolean }
    return { inlineRan: inlineRan ?? false, evaluated }
  })
  expect(ran).toEqual({ inlineRan: false, evaluated: 'refused' })
})

test('app:// serves the page’s folder and nothing beside it', async ({ launch }) => {
  const { page } = await launch({ sandboxed: true })
  const statuses = await page.evaluate(async () => {
    const tried = [
      '/../package.json',
      '/..%2fpackage.json',
      '/%2e%2e/%2e%2e/package.json',
      '/..%5c..%5cpackage.json',
      '/%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fetc/passwd',
      '/index.html%00.png',
      '/.hidden.json',
      '/main/index.cjs',
      '/%zz',
    ]
    const answers: Record<string, number | string> = {}
    for (const path of tried)
      answers[path] = await fetch(path).then(
        ({ status }) => status,
        () => 'refused',
      )
    return answers
  })
  for (const [path, status] of Object.entries(statuses)) expect([404, 'refused'], path).toContain(status)
})

test('nothing leaves: no navigation, no window, no permission, no request', async ({ launch }) => {
  let visits = 0
  const server = createServer((_request, response) => {
    visits++
    response.end('outside')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const outside = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  try {
    const { app, page } = await launch({ sandboxed: true })
    const outcome = await page.evaluate(async (address) => {
      const opened = window.open(address) === null
      const fetched = await fetch(address).then(
        () => 'answered',
        () => 'refused',
      )
      const camera = await navigator.mediaDevices.getUserMedia({ video: true }).then(
        () => 'granted',
        () => 'refused',
      )
      const notification = await Notification.requestPermission()
      const image = await new Promise((resolve) => {
        const picture = new Image()
        picture.onload = () => resolve('loaded')
        picture.onerror = () => resolve('refused')
        picture.src = `${address}pixel.png`
      })
      const link = Object.assign(document.createElement('a'), { href: address })
      document.body.append(link)
      link.click()
      return { opened, fetched, camera, notification, image }
    }, outside)
    expect(outcome).toEqual({
      opened: true,
      fetched: 'refused',
      camera: 'refused',
      notification: 'denied',
      image: 'refused',
    })
    // Main itself, should anything ask it to load a foreign address.
    await app?.evaluate(async ({ BrowserWindow }, address) => {
      const [window] = BrowserWindow.getAllWindows()
      await window?.webContents
        .executeJavaScript(`location.assign(${JSON.stringify(address)})`)
        .catch(() => undefined)
    }, outside)
    await page.waitForTimeout(500)
    expect(page.url()).toBe('app://hilum/')
    expect(visits).toBe(0)
    expect(await app?.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  } finally {
    server.close()
  }
})

test('a page of another origin is not heard, even with our preload', async ({ launch }) => {
  const { app } = await launch({ sandboxed: true })
  const answer = await app?.evaluate(async ({ app: electron, BrowserWindow }) => {
    const preload = `${electron.getAppPath()}/out/preload/index.cjs`
    const foreign = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } })
    await foreign.loadURL('data:text/html,<p>foreign</p>')
    const heard: unknown = await foreign.webContents.executeJavaScript(
      `Promise.race([
        window.hilum.call(1, 'engine.status', {}).then(() => 'call answered'),
        window.hilum.pickFiles().then((files) => files === undefined ? new Promise(() => undefined) : 'dialog answered'),
        new Promise((resolve) => setTimeout(() => resolve('silence'), 3000)),
      ])`,
    )
    foreign.destroy()
    return heard
  })
  expect(answer).toBe('silence')
})

test('the page may not name paths; hostile messages are answered with a code', async ({ launch }) => {
  const launched = await launch({ sandboxed: true })
  for (const [method, payload, code] of [
    ['query.open', { sources: [{ kind: 'path', path: '/etc/passwd' }] }, 'NOT_ALLOWED'],
    ['query.open', { sources: [{ kind: 'granted', token: 'made-up', name: 'x' }] }, 'NOT_ALLOWED'],
    ['library.open', { path: '/tmp', create: true }, 'NOT_ALLOWED'],
    ['library.backup', { path: '/tmp/stolen.tar' }, 'NOT_ALLOWED'],
    ['library.backup', { path: 'granted:made-up' }, 'NOT_ALLOWED'],
    ['__proto__', {}, 'METHOD_UNKNOWN'],
    ['engine.status', { surplus: 1 }, 'PAYLOAD_INVALID'],
    ['search.image', { queryId: Number.NaN }, 'PAYLOAD_INVALID'],
  ] as const)
    expect(await rawCall(launched, method, payload), `${method} ${JSON.stringify(payload)}`).toMatchObject({
      ok: false,
      problem: { code },
    })
  expect(await rawCall(launched, 'engine.status', {})).toMatchObject({ ok: true })
})

test('names and paths of any length pass the dialogs without harm', async ({ launch }) => {
  const { app, page } = await launch({ sandboxed: true })
  const proposed: string[] = []
  for (const length of [4097, 32_769, 2_000_000]) {
    await app?.evaluate(({ dialog }, count) => {
      const path = `/${'a'.repeat(count - 1)}`
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path, '/tmp/b.png'] })
      dialog.showSaveDialog = ((_window: unknown, { defaultPath }: { defaultPath: string }) => {
        ;(globalThis as unknown as { proposed: string }).proposed = defaultPath
        return Promise.resolve({ canceled: false, filePath: path })
      }) as typeof dialog.showSaveDialog
    }, length)
    const answers = await page.evaluate(async (count) => {
      const { hilum } = window as unknown as {
        hilum: {
          pickFiles(): Promise<{ name: string }[] | undefined>
          saveTarget(name: string): Promise<string | undefined>
          saveAs(name: string, bytes: Uint8Array, mime: string): Promise<unknown>
        }
      }
      const long = `${'🫁'.repeat(count / 2)}.pdf`
      return {
        picked: (await hilum.pickFiles())?.length,
        target: await hilum.saveTarget(long),
        saved: await hilum.saveAs(long, new Uint8Array([1]), 'text/plain'),
      }
    }, length)
    expect(answers.picked).toBe(length > 32_768 ? 1 : 2)
    if (length > 32_768) expect(answers).toMatchObject({ target: undefined, saved: undefined })
    // A place that no disk has: said, not thrown.
    else expect(answers.saved).toMatchObject({ ok: false })
    proposed.push(String(await app?.evaluate(() => (globalThis as unknown as { proposed: string }).proposed)))
  }
  for (const each of proposed)
    expect(Buffer.byteLength(each.split('/').at(-1) ?? '')).toBeLessThanOrEqual(200)
  expect(await page.evaluate(() => document.title)).not.toBe('')
})
