import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DataType, tableFromIPC } from 'apache-arrow'
import { expect, onTestFinished, test } from 'vitest'
import { writeSampleJournals } from '../../test/support/sample-recording.js'
import { temporaryDirectory } from '../../test/support/temporary-directory.js'
import { sealRecording } from '../index.js'

type Column = { readonly name: string; readonly type: string; readonly neverNull: boolean }

const specification = readFileSync(new URL('../../docs/recording-format.md', import.meta.url), 'utf8')

/** The columns of a table as docs/recording-format.md lists them: in a Markdown table, or in one paragraph. */
function documentedColumns(table: string): Column[] {
  const text = specification.split(`\n\`${table}\`: `)[1]?.split('\n\n')[0]
  if (text !== undefined) {
    const groups = text.matchAll(/((?:`\w+`(?:,\s+)?)+)\s+\((float64|float32|uint16|uint32|uint8|bool|dictionary)/g)
    return [...groups].flatMap(([, names, type]) =>
      [...names!.matchAll(/\w+/g)].map(([name]) => ({ name, type: type!, neverNull: false })),
    )
  }
  const rows = specification.split(`\n\`${table}\`:\n\n`)[1]!.split('\n\n')[0]!.split('\n').slice(2)
  return rows.map((row) => {
    const [name, type, , absent] = row
      .split('|')
      .slice(1)
      .map((cell) => cell.trim())
    return { name: name!.replaceAll('`', ''), type: type!, neverNull: absent === 'never' }
  })
}

test.each(['requests', 'spans', 'batches', 'samples', 'events'])(
  'the columns of %s are those that the specification lists, in its order, with its types',
  async (name) => {
    const dir = await temporaryDirectory(onTestFinished)
    await writeSampleJournals(dir)
    await sealRecording(dir)
    const table = tableFromIPC(await readFile(join(dir, `${name}.arrow`)))
    const documented = documentedColumns(name)
    expect(table.schema.fields.map((field) => `${field.name}: ${typeName(field.type)}`)).toEqual(
      documented.map((column) => `${column.name}: ${column.type}`),
    )
    for (const column of documented.filter(({ neverNull }) => neverNull)) {
      expect(table.getChild(column.name)!.nullCount).toBe(0)
    }
  },
)

function typeName(type: DataType): string {
  return DataType.isDictionary(type) ? 'dictionary' : String(type).toLowerCase()
}
