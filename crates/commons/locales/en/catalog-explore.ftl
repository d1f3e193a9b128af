# A table before it is downloaded: filters, counts, columns described, charts, lines to copy.

catalog-explore-filters = Filters in force
catalog-explore-filter = Filter, order and columns
catalog-explore-filter-n = Filter { $n }
catalog-explore-remove = Remove
catalog-explore-close = Close
catalog-explore-choose = Choose a column
catalog-explore-column = Column
catalog-explore-comparison = Comparison
catalog-explore-value = Value
catalog-explore-op-is = is
catalog-explore-op-not = is not
catalog-explore-op-contains = contains
catalog-explore-op-starts = begins with
catalog-explore-op-from = is at least
catalog-explore-op-to = is at most
catalog-explore-op-empty = is empty
catalog-explore-op-filled = is not empty
catalog-explore-or = or
catalog-explore-size = Rows on a page
catalog-explore-count = Count the values of
catalog-explore-count-hint = Beside the rows you then see how often each value occurs. Choose a value to filter by it.
catalog-explore-columns-shown = Columns to show
catalog-explore-columns-hint = Choose none to see the first ones.
catalog-explore-empty = (empty)
catalog-explore-more-values = { $n ->
    [one] and { $n } more value
   *[other] and { $n } more values
}
catalog-explore-rows-of = Rows { $from } to { $to } of { $all }
catalog-explore-some-rows = { $n } of { $all ->
    [one] { $all } row
   *[other] { $all } rows
}
catalog-explore-rows-among = Rows { $from } to { $to } of { $all } that the filters leave of { $rows }
catalog-explore-filtered-lead = { $found } of { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
} in { $columns ->
    [one] { $columns } column
   *[other] { $columns } columns
}
catalog-explore-columns-of-all = The table below is about { $n ->
    [one] the only row
   *[other] all { $n } rows
}, also what the filters leave out.
catalog-explore-unseen = Nothing of this table can be shown to you. A data steward has not yet said which columns everybody may see, or has said that they tell too much about people.
catalog-explore-chart = Chart
catalog-explore-draw = Draw a chart or a map
catalog-explore-no-chart = No chart
catalog-explore-chart-kind = Kind of chart
catalog-explore-chart-bar = Bars
catalog-explore-chart-line = Line over time
catalog-explore-chart-map = Map
catalog-explore-chart-table = Table of groups
catalog-explore-chart-x = Groups
catalog-explore-chart-y = What is shown of each group
catalog-explore-chart-sum = Of a column of numbers
catalog-explore-chart-by = Split by
catalog-explore-by-nothing = nothing
catalog-explore-by-meaning = Chosen for me
catalog-explore-as-mean = its mean
catalog-explore-as-sum = its sum
catalog-explore-rows-counted = Number of rows
catalog-explore-mean-of = Mean of { $column }
catalog-explore-sum-of = Sum of { $column }
catalog-explore-by = { $what } by { $by }
catalog-explore-drawn-from = Drawn from { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
} in { $groups ->
    [one] { $groups } group
   *[other] { $groups } groups
}. The numbers stand in the table below.
catalog-explore-no-groups = No row is left to draw. Remove a filter.
catalog-explore-no-sum = Shares, rates and means of rows do not add up, so that a sum of them would mislead. Their means stand in the table.
catalog-explore-no-measure = The column that was chosen holds codes or words, and a mean or a sum of those says nothing. So only the rows are counted, in a table.
catalog-explore-no-time = A line says that one thing follows another. The column that was chosen holds no times, so its groups stand in a table. Choose bars instead.
catalog-explore-no-place = The column that was chosen holds no codes of places, so its groups stand in a table.
catalog-explore-no-where = No column of this table says where its rows are, so they cannot be put on a map.
catalog-explore-no-groups-by = No column of this table suits this kind of chart. Choose another kind.
catalog-explore-too-many-shapes = There are more lines and areas than one map can show. Filter first, or download the table as GeoJSON and open it in a program for maps.
catalog-explore-too-many-groups = There are too many groups for a picture that can be read. They stand in a table. Filter first, or choose a column with fewer values.
catalog-explore-others = { $n ->
    [one] { $n } other
   *[other] { $n } others together
}
catalog-explore-rest = The { $shown } largest groups are drawn. { $rest ->
    [one] { $rest } more is in the table.
   *[other] { $rest } more are in the table.
}
catalog-explore-parts-left-out = The { $shown } largest parts are drawn. { $rest ->
    [one] { $rest } more is in the table.
   *[other] { $rest } more are in the table.
}
catalog-explore-without-time = { $n ->
    [one] { $n } row has no time and is not drawn.
   *[other] { $n } rows have no time and are not drawn.
}
catalog-explore-places-unknown = { $n ->
    [one] { $n } group is not on the map, because its code belongs to no place with a boundary.
   *[other] { $n } groups are not on the map, because their codes belong to no place with a boundary.
}
catalog-explore-circles = Numbers of rows, sums and totals are drawn as circles: a large place has more of everything, and shading it darker would mislead.
catalog-explore-nowhere = { $n ->
    [one] { $n } row has no position on the globe and is not drawn.
   *[other] { $n } rows have no position on the globe and are not drawn.
}
catalog-explore-gathered = Rows near each other stand as one circle. Its area grows with their number.
catalog-explore-same-position = Rows at the same position stand as one circle. Its area grows with their number.
catalog-explore-shapes = Map of { $table }
catalog-explore-shapes-drawn = { $n ->
    [one] { $n } row is drawn where it lies. Its name stands in the table below.
   *[other] { $n } rows are drawn where they lie. Their names stand in the table below.
}
catalog-explore-described = { $column } in numbers
catalog-explore-describe-hint = Choose a column to see how its values are spread.
catalog-explore-n = Rows
catalog-explore-n-empty = Empty
catalog-explore-too-many = too many to be counted
catalog-explore-quartile-low = A quarter lies at or below
catalog-explore-median = Half lies at or below (median)
catalog-explore-quartile-high = Three quarters lie at or below
catalog-explore-mean = Mean
catalog-explore-span = From – to
catalog-explore-use = Use these data
catalog-explore-use-lead = Copy these lines to get exactly the rows that this page shows, all pages of them.
catalog-explore-for-python = Python (pandas)
catalog-explore-for-r = R
catalog-explore-for-sheets = Google Sheets
catalog-explore-for-excel = Excel (Power Query)
catalog-explore-for-curl = Command line (curl)
catalog-explore-last-page = There are no rows here. The last page is page { $page }.
catalog-explore-to-last-page = Go to the last page
catalog-explore-shape-point = point
catalog-explore-shape-points = { $n ->
    [one] { $n } point
   *[other] { $n } points
}
catalog-explore-shape-line = line, { $n ->
    [one] { $n } point
   *[other] { $n } points
}
catalog-explore-shape-lines = several lines, { $n ->
    [one] { $n } point
   *[other] { $n } points
}
catalog-explore-shape-area = area, { $n ->
    [one] { $n } point
   *[other] { $n } points
}
catalog-explore-shape-areas = several areas, { $n ->
    [one] { $n } point
   *[other] { $n } points
}
catalog-explore-shape-collection = several shapes, { $n ->
    [one] { $n } point
   *[other] { $n } points
}

problem-catalog-explore-column-unknown = There is no column “{ $column }” in this table. Choose one from the list.
problem-catalog-explore-comparison-unknown = There is no comparison “{ $comparison }”. Choose one of these: { $known }.
problem-catalog-explore-number-malformed = “{ $value }” is no number. { $column } holds numbers: write one like { $example }.
problem-catalog-explore-whole-malformed = “{ $value }” is no whole number. { $column } holds whole numbers: write one like { $example }.
problem-catalog-explore-day-malformed = “{ $value }” is no day. { $column } holds days: write one like { $example }, 17/08/2026 or 2026-08-17. With “is”, “is at least” and “is at most” a year (2026) or a month (2026-08) will do.
problem-catalog-explore-flag-malformed = “{ $value }” does not fit. { $column } holds true or false: write { $example } or false.
