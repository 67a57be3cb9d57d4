/** Made when the window is built: build/shippedPackages.cjs. */
declare module 'virtual:packages' {
  export const packages: readonly { name: string; version: string; licence: string }[]
}
