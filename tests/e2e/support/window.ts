/** What a person does and sees, in words that hold on both hosts. */
import type { Locator, Page } from '@playwright/test'

/** Drops files on the window as a browser delivers them. */
export async function drop(
  page: Page,
  files: readonly { name: string; mime?: string; bytes: Uint8Array }[],
  { shiftKey = false } = {},
): Promise<void> {
  const transfer = await page.evaluateHandle(
    (given) => {
      const carried = new DataTransfer()
      for (const { name, mime, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
        carried.items.add(new File([bytes], name, { type: mime }))
      }
      return carried
    },
    files.map(({ name, mime = '', bytes }) => ({
      name,
      mime,
      base64: Buffer.from(bytes).toString('base64'),
    })),
  )
  for (const type of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('body', type, { dataTransfer: transfer, shiftKey })
}

/** The ranked cases. */
export const hits = (page: Page): Locator => page.locator('ul.hits').first().locator(':scope > li')

export const evidence = (page: Page): Locator => page.locator('section.evidence')
