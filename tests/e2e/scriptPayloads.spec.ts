/** Fifty scripts in every field that is shown, on every screen: all of them are text. */
import { dicom } from '../fixtures/pictures.js'
import { expect, test } from './support/launch.js'
import { SCRIPT_PAYLOADS } from './support/payloads.js'

type Raw = {
  call(id: number, method: string, payload: unknown): Promise<{ ok: boolean; value: Record<string, unknown> }>
}
/** One column of the label file. */
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

test('a script in any field is shown and never run', async ({ launch }) => {
  test.slow()
  const { page } = await launch()
  const dialogs: string[] = []
  const refused: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  page.on('console', (message) => {
    if (/Content.Security.Policy|Refused to/i.test(message.text())) refused.push(message.text())
  })
  const files = SCRIPT_PAYLOADS.map((payload, at) => ({
    name: `${at} ${payload.replaceAll('/', '∕')}.dcm`,
    base64: Buffer.from(
      dicom(2000 + at, {
        view: 'PA',
        header: {
          patientId: payload.slice(0, 64),
          patientName: payload.replaceAll(/[\\^=]/g, ' ').slice(0, 64),
          studyKey: `payload/${at}`,
        },
      }),
    ).toString('base64'),
  }))
  const labels = [
    'file,finding,patient_id,source_url,licence,notes',
    ...SCRIPT_PAYLOADS.map((payload, at) =>
      [
        files[at]?.name ?? '',
        payload.slice(0, 100),
        payload,
        `https://example.org/${payload}`,
        payload,
        `cough ${payload}`,
      ]
        .map(quoted)
        .join(','),
    ),
  ].join('\n')
  const imported = await page.evaluate(
    async ([given, table, source]) => {
      const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
      const bridge = (window as unknown as { hilum: Raw }).hilum
      await bridge.call(8_000_001, 'library.open', { create: true })
      return await bridge.call(8_000_000, 'import.run', {
        sources: given.map(({ name, base64 }) => ({ kind: 'bytes', name, bytes: bytesOf(base64) })),
        labels: { kind: 'bytes', name: 'labels.csv', bytes: new TextEncoder().encode(table) },
        sourceName: source,
      })
    },
    [files, labels, SCRIPT_PAYLOADS[6] as string] as const,
  )
  expect(imported).toMatchObject({ ok: true, value: { imported: SCRIPT_PAYLOADS.length } })

  const harmless = async (where: string): Promise<void> => {
    const found = await page.evaluate(() => ({
      pwned: (window as unknown as { pwned?: number }).pwned ?? 0,
      nodes: document.querySelectorAll('[data-pwned], [onerror], [onload], iframe, object, embed').length,
      scripts: document.querySelectorAll('body script, body base, body meta, body style').length,
    }))
    expect(found, where).toEqual({ pwned: 0, nodes: 0, scripts: 0 })
  }
  const screen = async (name: string): Promise<void> => {
    await page.getByRole('navigation').getByRole('button', { name, exact: true }).click()
    await expect(page.locator('.spin')).toHaveCount(0)
    await harmless(name)
  }
  await screen('Library')
  await page
    .getByRole('searchbox')
    .first()
    .fill('onerror')
    .catch(() => undefined)
  await page.waitForTimeout(500)
  await harmless('Library, filtered')
  // One payload case after another as the query, its nearest cases beside it.
  for (const at of [6, 17]) {
    const file = files[at]
    if (file === undefined) continue
    await page.getByRole('navigation').getByRole('button', { name: 'Search', exact: true }).click()
    await page.evaluate(
      ({ name, base64 }) => {
        const transfer = new DataTransfer()
        transfer.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name))
        for (const type of ['dragenter', 'dragover', 'drop'])
          document.body.dispatchEvent(
            new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }),
          )
      },
      { ...file, name: `again ${file.name}` },
    )
    await expect(page.getByText(`again ${at}`).first()).toBeVisible()
    await expect(page.locator('.hits .rank').first()).toBeVisible()
    await harmless(`Search ${at}`)
    await page.locator('.hit[tabindex="0"]').first().focus()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('group', { name: 'Viewport: Query' })).toBeVisible()
    await harmless(`Compare ${at}`)
    await page.keyboard.press('Escape')
  }
  for (const name of ['Compare', 'Words', 'Evaluate', 'Report', 'Settings']) await screen(name)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('cough')
  await page.keyboard.press('Enter')
  await page.waitForTimeout(1500)
  await harmless('Words, found')
  expect(dialogs).toEqual([])
  expect(refused).toEqual([])
})
