# Versions of a table, and what changed between two.

catalog-versions-title = Versions of { $table }
catalog-versions-lead = Each time the rows changed, a new version was made. You can read every one of them, and compare any two.
catalog-versions-link = All versions, what changed between them, and how to cite one
catalog-versions-address = Permanent address
catalog-versions-in = in version { $version }
catalog-versions-compare = Compare two versions
catalog-versions-older = Older version
catalog-versions-newer = Newer version
catalog-versions-compare-button = Compare
catalog-versions-cite = Cite this
catalog-versions-cite-lead = The address in it always leads to this version, even when newer ones come.
catalog-versions-cite-text = { $publisher }. { $title }. Version { $version }, { $date } [data]. { $address } (read { $today })
catalog-versions-old = This is version { $version }: number { $position } of { $n }. A newer one came on { $date }.
catalog-versions-newest = See version { $version }, which is shown now
catalog-versions-deprecated = Version { $version } should not be used any more: { $reason }
catalog-versions-added = { $n ->
    [one] { $n } row was added.
   *[other] { $n } rows were added.
}
catalog-versions-removed = { $n ->
    [one] { $n } row was removed.
   *[other] { $n } rows were removed.
}
catalog-versions-changed = { $n ->
    [one] In { $n } row something changed.
   *[other] In { $n } rows something changed.
}
catalog-versions-same = The rows are the same.
catalog-versions-in-rows = { $n ->
    [one] { $column } in { $n } row
   *[other] { $column } in { $n } rows
}
catalog-versions-more-columns = { $n ->
    [one] and { $n } more column
   *[other] and { $n } more columns
}
catalog-versions-where = Changed: { $columns }.
catalog-versions-column-added = The column { $column } is new.
catalog-versions-column-removed = The column { $column } was taken out.
catalog-versions-column-retyped = The column { $column } held { $from } and now holds { $to }.
catalog-versions-column-renamed = The column { $from } is now called { $to }, as far as its values tell.
catalog-versions-by-key = A row is found in the other version by { $columns }.
catalog-versions-no-key = No column names each row, so whole rows are compared: a row that changed counts as one removed and one added.
catalog-versions-nothing = (nothing)
catalog-versions-see-changes = What changed
catalog-versions-nothing-seen = you may see no column that both versions have. A data steward says which columns everybody may see.
catalog-versions-nothing-shared = the two versions have no column of the same name.
catalog-versions-change = What happened
catalog-versions-column = Column
catalog-versions-before = Before
catalog-versions-after = After
catalog-versions-all-changes = Everything
catalog-versions-word-added = Added
catalog-versions-word-removed = Removed
catalog-versions-word-changed = Changed
catalog-versions-whole-row = The whole row
catalog-versions-n-rows = { $n ->
    [one] { $n } row differs
   *[other] { $n } rows differ
}
catalog-versions-diff-title = What changed from version { $before } to { $after }
catalog-versions-places = What became of places
catalog-versions-places-split = { $n ->
    [one] { $n } place was split.
   *[other] { $n } places were split.
}
catalog-versions-places-recoded = { $n ->
    [one] { $n } place has a new code.
   *[other] { $n } places have new codes.
}
catalog-versions-places-renamed = { $n ->
    [one] { $n } place has a new name.
   *[other] { $n } places have new names.
}
catalog-versions-places-merged = { $n ->
    [one] { $n } place became part of another.
   *[other] { $n } places became part of others.
}
catalog-versions-places-more = { $n ->
    [one] And { $n } more.
   *[other] And { $n } more.
}
catalog-versions-place-split = Split
catalog-versions-place-recoded = New code
catalog-versions-place-renamed = New name
catalog-versions-place-merged = Merged
catalog-versions-rows = Rows that differ
catalog-versions-which = Show
catalog-versions-key = Columns that name a row
catalog-versions-key-hint = With commas between them, for example year, code. Leave empty to let the program find them.
catalog-versions-all = All versions

problem-version-withdrawn = Version { $version } was withdrawn on { $date }: { $reason }
problem-version-unknown-then = Nothing of this table was published by { $date }.
problem-version-unknown-among = There is no version “{ $version }” of this table. These can be read: { $versions }.
problem-day-malformed = “{ $day }” is no day. Write it like 2025-01-31.
