import { groupRows, type RowGroups } from '../stats/row-groups.js'
import { type Fact, known, notMeasured } from './fact.js'

/** Rows of `spans` by request row. */
export const requestSpans: Fact<'requestSpans', RowGroups> = {
  id: 'requestSpans',
  derive({ recording: { spans, requests } }) {
    if (spans.count === 0) return notMeasured('no agent recorded stages inside the service')
    return known(groupRows(spans.request, spans.count, requests.count))
  },
}
