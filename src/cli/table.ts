import stringWidth from 'string-width'
import { oneLine } from '../text/one-line.ts'

/** Columns as wide as what stands in them; every cell on one line. */
export function table(head: string[], rows: string[][]): string[] {
  const cells = [head, ...rows].map((row) => row.map((cell) => oneLine(cell, 300)))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => stringWidth(row[column] ?? ''))))
  return cells.map((row) =>
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - stringWidth(cell)))
}

/** 12:34:56.789 of an RFC 3339 stamp. */
export function clockTime(at: string): string {
  return oneLine(at).slice(11, 23)
}
