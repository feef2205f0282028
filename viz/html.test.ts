import { expect, test } from 'vitest'
import { html, scriptJson } from './html.js'

test('interpolated strings are escaped in content and in attributes', () => {
  const evil = `"><script>'&`
  expect(html`<b title="${evil}">${evil}</b>`.toString()).toBe(
    '<b title="&quot;&gt;&lt;script&gt;&#39;&amp;">&quot;&gt;&lt;script&gt;&#39;&amp;</b>',
  )
})

test('markup nests and lists join without being escaped again', () => {
  expect(html`<ul>${['a', '<b>'].map((item) => html`<li>${item}</li>`)}</ul>${null}`.toString()).toBe(
    '<ul><li>a</li><li>&lt;b&gt;</li></ul>',
  )
})

test('JSON inside a script element cannot end it', () => {
  const json = scriptJson({ name: '</script><!--' }).toString()
  expect(json).not.toContain('<')
  expect(JSON.parse(json)).toEqual({ name: '</script><!--' })
})
