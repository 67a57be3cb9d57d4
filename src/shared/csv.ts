/** CSV as RFC 4180 writes it, safe to open in a spreadsheet. */

/**
 * One cell. Text a spreadsheet would run as a formula (OWASP: CSV injection) gets an apostrophe in front;
 * numbers given as numbers stay numbers, the minus sign included.
 */
export function csvCell(value: string | number | boolean | undefined): string {
  if (value === undefined) return ''
  if (typeof value !== 'string') return String(value)
  const plain = value.replaceAll('\0', '')
  const safe = /^[\s\p{C}]*[=+\-@|%＝＋－＠]/u.test(plain) || /^[\t\r\n]/.test(plain) ? `'${plain}` : plain
  // Spreadsheets of some languages part cells at semicolons or tabs.
  return /[",;\t\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Rows with CRLF after each, as RFC 4180 asks. */
export function csv(rows: readonly (readonly (string | number | boolean | undefined)[])[]): string {
  return rows.map((row) => row.map(csvCell).join(',') + '\r\n').join('')
}
