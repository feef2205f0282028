// Imports run one way (docs/architecture.md). No exceptions: change the design, not this list.
const only = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { pathNot: `^(${to.join('|')})`, path: '^(agent|core|formats|load|viz|cli|fixtures|test)/' },
})

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: { pathNot: '^viz/client' }, to: { couldNotResolve: true } },
    only('inside-stands-alone', '^agent/(inside|index|register|attach)', [
      'agent/inside/',
      'core/model/journal-layout',
    ]),
    only('outside-knows-the-model', '^agent/outside/', ['agent/outside/', 'core/model/', 'core/stats/', 'core/errors']),
    only('formats-knows-the-model', '^formats/', ['formats/', 'core/model/', 'core/stats/', 'core/errors']),
    only('load-knows-the-model', '^load/', ['load/', 'core/model/', 'core/stats/', 'core/errors']),
    only('viz-knows-the-model', '^viz/', ['viz/', 'core/model/', 'core/stats/']),
    only('core-stands-alone', '^core/', ['core/']),
    {
      name: 'core-is-pure',
      comment: 'no fs, network, clock, process in core',
      severity: 'error',
      from: { path: '^core/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev'] },
    },
    only('model-first', '^core/model/', ['core/model/']),
    only('stats-second', '^core/stats/', ['core/stats/', 'core/model/']),
    only('facts-third', '^core/facts/', ['core/facts/', 'core/stats/', 'core/model/']),
    only('rules-fourth', '^core/rules/', ['core/rules/', 'core/facts/', 'core/stats/', 'core/model/']),
    only('sim-beside-rules', '^core/sim/', ['core/sim/', 'core/facts/', 'core/stats/', 'core/model/', 'core/errors']),
    only('charts-beside-rules', '^core/charts/', ['core/charts/', 'core/facts/', 'core/stats/', 'core/model/']),
    only('compare-beside-rules', '^core/compare/', [
      'core/compare/',
      'core/facts/',
      'core/stats/',
      'core/model/',
      'core/quality',
    ]),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
