/** Who may speak to the loopback host: the browser tab that was opened with the address this host printed. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** 128 bits, as 32 hexadecimal digits. */
const TOKEN_BYTES = 16

export class Access {
  readonly token = randomBytes(TOKEN_BYTES).toString('hex')
  readonly #cookie: string
  readonly #host: string

  /** @param port the port this host listens on; cookies are shared by all ports of an address, so its name has it */
  constructor(port: number) {
    this.#host = `127.0.0.1:${port}`
    this.#cookie = `hilum-${port}`
  }

  get origin(): string {
    return `http://${this.#host}`
  }

  /** The address to print: its first visit trades the token for a cookie. */
  get address(): string {
    return `${this.origin}/?token=${this.token}`
  }

  /** A name that resolves to 127.0.0.1 is another host: DNS rebinding ends here. */
  isOurHost(request: IncomingMessage): boolean {
    return request.headers.host === this.#host
  }

  /** A page of another origin may not speak to the socket; a missing Origin is no browser tab of ours. */
  isOurOrigin(request: IncomingMessage): boolean {
    return request.headers.origin === this.origin
  }

  hasToken(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map((each) => each.trim())
    const ours = cookies.find((each) => each.startsWith(`${this.#cookie}=`))
    return ours !== undefined && this.isToken(ours.slice(this.#cookie.length + 1))
  }

  /** Compares in constant time, whatever the length. */
  isToken(candidate: string | null): boolean {
    const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
    return candidate !== null && timingSafeEqual(digest(candidate), digest(this.token))
  }

  /** HttpOnly, so that no script of the page can read it; Strict, so that no other site can send it. */
  get setCookie(): string {
    return `${this.#cookie}=${this.token}; Path=/; HttpOnly; SameSite=Strict`
  }
}
