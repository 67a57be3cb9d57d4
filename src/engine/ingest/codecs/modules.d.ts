/** Packages that carry no usable types: only what is used of them. */
declare module '@cornerstonejs/codec-charls/decodewasmjs'
declare module '@cornerstonejs/codec-charls/wasmjs'
declare module '@cornerstonejs/codec-openjpeg/decodewasmjs'
declare module '@cornerstonejs/codec-openjpeg/wasmjs'
declare module '@cornerstonejs/codec-openjph/wasmjs'
