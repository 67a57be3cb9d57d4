import { describe, expect, it } from 'vitest'
import type { HilumEvent, Method } from '@shared/contract.js'
import { HilumError, type Result } from '@shared/errors.js'
import { Dispatcher, type Handlers } from './dispatch.js'
import type { CallContext } from './ports/calls.js'

/** A table in which only the services given exist; asking for another fails as a bug would. */
function dispatcher(
  some: Partial<Handlers>,
  options: { readOnly?: boolean; emit?: (e: HilumEvent) => void } = {},
) {
  return new Dispatcher(some as Handlers, options.emit ?? (() => undefined), () => options.readOnly ?? false)
}
let id = 0
async function ask(
  to: Dispatcher,
  method: Method | (string & {}),
  payload: unknown = {},
): Promise<Result<unknown>> {
  return (await to.handle({ id: ++id, method, payload })).result
}
const codeOf = (result: Result<unknown>): string => (result.ok ? 'OK' : result.problem.code)
const settings = { 'settings.get': () => ({ values: { theme: 'dark' } }) }

describe('the dispatcher', () => {
  it('answers with what the service says, conformed to the contract', async () => {
    expect(await ask(dispatcher(settings), 'settings.get')).toEqual({
      ok: true,
      value: { values: { theme: 'dark' } },
    })
    const extra = { 'notes.delete': () => ({ deleted: true, secret: 'x' }) } as Partial<Handlers>
    expect(await ask(dispatcher(extra), 'notes.delete', { noteId: 'n' })).toEqual({
      ok: true,
      value: { deleted: true },
    })
  })

  it('calls an answer that breaks the contract what it is: a fault of ours', async () => {
    const broken = { 'notes.delete': () => ({ deleted: 'yes' }) } as unknown as Partial<Handlers>
    expect(codeOf(await ask(dispatcher(broken), 'notes.delete', { noteId: 'n' }))).toBe('INTERNAL')
  })

  it('gives expected errors their own code and bugs INTERNAL, without throwing', async () => {
    const failing = dispatcher({
      'library.info': () => {
        throw new HilumError('LIBRARY_NONE')
      },
      'settings.get': () => {
        throw new TypeError('x is not a function')
      },
    })
    expect(codeOf(await ask(failing, 'library.info'))).toBe('LIBRARY_NONE')
    expect(codeOf(await ask(failing, 'settings.get'))).toBe('INTERNAL')
  })

  it('refuses changes of a library that is open for reading', async () => {
    const readOnly = dispatcher(
      { ...settings, 'notes.delete': () => ({ deleted: true }) },
      { readOnly: true },
    )
    expect(codeOf(await ask(readOnly, 'notes.delete', { noteId: 'n' }))).toBe('LIBRARY_READ_ONLY')
    expect(codeOf(await ask(readOnly, 'settings.get'))).toBe('OK')
  })

  it('does not repeat the payload in its refusal', async () => {
    const refused = await ask(dispatcher(settings), 'cases.get', { caseId: ['Jane Doe'] })
    expect(JSON.stringify(refused)).toContain('caseId')
    expect(JSON.stringify(refused)).not.toContain('Jane')
  })

  it('hears a cancel sent right behind the request, and ends what runs when it closes', async () => {
    const waiting = {
      'library.check': (_: unknown, { signal }: CallContext) =>
        new Promise<never>((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        ),
    }
    const to = dispatcher(waiting)
    const first = to.handle({ id: 901, method: 'library.check', payload: {} })
    to.cancel(901)
    expect(codeOf((await first).result)).toBe('CANCELLED')

    const second = to.handle({ id: 902, method: 'library.check', payload: {} })
    const twin = await to.handle({ id: 902, method: 'library.check', payload: {} })
    expect(codeOf(twin.result)).toBe('PAYLOAD_INVALID')
    await to.close()
    expect(codeOf((await second).result)).toBe('CANCELLED')
    expect(codeOf(await ask(to, 'settings.get'))).toBe('ENGINE_RESTARTING')
  })

  it('cancels what works on the old library before another is opened', async () => {
    const order: string[] = []
    const to = dispatcher({
      'library.check': (_, { signal }) =>
        new Promise<never>((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            order.push('let go')
            reject(signal.reason as Error)
          }),
        ),
      'library.open': () => {
        order.push('opened')
        throw new HilumError('LIBRARY_NOT_FOUND')
      },
    })
    const checking = ask(to, 'library.check')
    await ask(to, 'library.open')
    expect(order).toEqual(['let go', 'opened'])
    expect(codeOf(await checking)).toBe('CANCELLED')
  })

  it('thins progress and never loses the last', async () => {
    const seen: number[] = []
    const to = dispatcher(
      {
        'library.check': (_, { progress }) => {
          for (let done = 0; done <= 500; done++) progress({ phase: 'checking', done })
          return { ok: true, problems: [], repaired: [] }
        },
      },
      { emit: (event) => event.type === 'progress' && seen.push(event.progress.done) },
    )
    await ask(to, 'library.check')
    expect(seen.length).toBeLessThan(50)
    expect(seen.at(-1)).toBe(500)
  })
})

describe('a moment alone', () => {
  const never = new AbortController().signal
  const gate = () => {
    let open: () => void = () => undefined
    const opened = new Promise<void>((resolve) => (open = resolve))
    return { open, opened }
  }

  it('begins when short calls have ended, holds new ones, and lets them go on afterwards', async () => {
    const [first, work] = [gate(), gate()]
    const order: string[] = []
    const to = dispatcher({
      'library.recent': async () => {
        await first.opened
        order.push('before')
        return { libraries: [] }
      },
      'settings.get': () => {
        order.push('after')
        return { values: {} }
      },
    })
    const running = ask(to, 'library.recent')
    const alone = to.exclusively(async () => {
      order.push('alone')
      await work.opened
    }, never)
    await new Promise((resolve) => setImmediate(resolve))
    const held = ask(to, 'settings.get')
    await new Promise((resolve) => setImmediate(resolve))
    first.open()
    await new Promise((resolve) => setImmediate(resolve))
    expect(order).toEqual(['before', 'alone'])
    work.open()
    await Promise.all([running, alone, held])
    expect(order).toEqual(['before', 'alone', 'after'])
  })

  it('waits for a long call without holding others, and gives up when told', async () => {
    const long = gate()
    const to = dispatcher({
      ...settings,
      'library.check': async () => {
        await long.opened
        return { ok: true, problems: [], repaired: [] }
      },
    })
    const running = ask(to, 'library.check')
    const controller = new AbortController()
    const alone = to.exclusively(() => Promise.resolve('done'), controller.signal)
    expect(codeOf(await ask(to, 'settings.get'))).toBe('OK')
    controller.abort()
    await expect(alone).rejects.toThrow('Cancelled')
    const again = to.exclusively(() => Promise.resolve('done'), never)
    long.open()
    expect(await again).toBe('done')
    await running
  })
})
