// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0

// As reader.py, with hyparquet, bytes that no type says are text as bytes (utf8: false). `out` is JSON: {name: [value, ...]}: numbers and texts as they are, and {type: value} for
// integers of 64 bits (int), dates (date, in milliseconds), bytes (bytes, hexadecimal digits) and what JSON has none for.
import { createInterface } from 'node:readline'
import { readFileSync, writeFileSync } from 'node:fs'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

const tagged = (value, name) => {
  if (value === undefined || value === null) return null
  if (typeof value === 'bigint') return { int: value.toString() }
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) return { float: Object.is(value, -0) ? '-0.0' : `${value}` }
  if (value instanceof Date) return { date: value.getTime() }
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') }
  if (typeof value === 'object') return { json: JSON.stringify(value) }
  return value
}

const version = JSON.parse(readFileSync(new URL('./node_modules/hyparquet/package.json', `file://${process.argv[1]}`)))
console.log(version.version)
for await (const line of createInterface({ input: process.stdin })) {
  const ask = JSON.parse(line)
  let answer = { predicates: 0, wrong: [] }
  try {
    const file = await asyncBufferFromFile(ask.path)
    const rows = await parquetReadObjects({ file, columns: ask.columns, compressors, utf8: false })
    const out = {}
    for (const name of ask.columns) out[name] = rows.map((row) => tagged(row[name]))
    writeFileSync(ask.out, JSON.stringify(out))
  } catch (why) {
    answer = { error: `${why}` }
  }
  console.log(JSON.stringify(answer))
}
