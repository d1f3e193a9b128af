# The catalogue of data: its pages, the producers' desk, SQL for staff.

catalog-title = Data
catalog-lead = Tables that the government publishes: look at them here, or take them with you as a file.
catalog-search = Search the data
catalog-search-button = Search
catalog-any = Any
catalog-none = Not settled
catalog-n-datasets = { $n ->
    [one] { $n } dataset
   *[other] { $n } datasets
}
catalog-nothing = No dataset matches. Try fewer or other words.
catalog-closed = Not open
catalog-n-rows = { $n ->
    [one] { $n } row
   *[other] { $n } rows
}
catalog-rows-and-columns = { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
} in { $columns ->
    [one] { $columns } column
   *[other] { $columns } columns
}
catalog-publisher = Publisher
catalog-theme = Theme
catalog-place = Place
catalog-place-hint = Code of the place the data are about, for example 35.22
catalog-period = Period
catalog-period-hint = For example 2024, or 2024-01/2024-06
catalog-licence = Licence
catalog-no-licence = Not settled: ask before you use it
catalog-changed = Last changed
catalog-tables = Tables
catalog-no-tables = Nothing has been sent for this dataset yet.
catalog-no-rows-yet = This table has no rows yet.
catalog-edit = Send a file or change the entry
catalog-download = Download as
catalog-rows = Rows
catalog-filter-by = Look in column
catalog-filter-text = For rows that contain
catalog-sort = Order
catalog-as-received = As received
catalog-upwards = { $column }, smallest first
catalog-downwards = { $column }, largest first
catalog-show = Show
catalog-more-columns = { $n ->
    [one] { $n } more column is in the files
   *[other] { $n } more columns are in the files
}
catalog-old-version = You are looking at version { $version }, not at the newest one.
catalog-hidden-columns = { $n ->
    [one] { $n } column is not shown, because it is personal or has not been reviewed.
   *[other] { $n } columns are not shown, because they are personal or have not been reviewed.
}
catalog-columns = Columns
catalog-column-name = Column
catalog-column-kind = Holds
catalog-column-missing = Missing
catalog-column-distinct = Different values
catalog-column-least = Smallest
catalog-column-most = Largest
catalog-column-common = Most common
catalog-kind-text = text
catalog-kind-integer = whole numbers
catalog-kind-decimal = decimal numbers
catalog-kind-flag = true or false
catalog-kind-date = dates
catalog-kind-instant = dates and times
catalog-kind-geometry = shapes on the map
catalog-where-from = Where it comes from
catalog-origin = Source
catalog-origin-upload = A file that the publisher sent
catalog-origin-form = Submissions of a form
catalog-file = File
catalog-received = Received
catalog-size = Size
catalog-bytes = { $n ->
    [one] { $n } byte
   *[other] { $n } bytes
}
catalog-digest = SHA-256
catalog-rows-read = Rows read
catalog-rows-bad = Rows that could not be read
catalog-sql-name = Name in SQL
catalog-original = Download { $file } as it was received
catalog-being-read = { $file } is being read. Load this page again in a moment.
catalog-was-refused = { $file } could not be read: { $reason }
catalog-bad-rows = { $n ->
    [one] { $n } row could not be read
   *[other] { $n } rows could not be read
}
catalog-bad-lead = Correct them in your file and send it again. All other rows are in the table.
catalog-bad-line = Line
catalog-bad-reason = What is wrong
catalog-bad-text = The row
catalog-versions = Versions
catalog-history-version = Version
catalog-history-when = When
catalog-history-what = What changed
catalog-history-rows = Rows
catalog-rows-changed = { $added } added, { $removed } removed
catalog-shown = shown
catalog-theme-agriculture = Agriculture and fisheries
catalog-theme-economy = Economy and finance
catalog-theme-education = Education and culture
catalog-theme-energy = Energy
catalog-theme-environment = Environment
catalog-theme-government = Government
catalog-theme-health = Health
catalog-theme-justice = Justice and safety
catalog-theme-population = Population
catalog-theme-regions = Regions and villages
catalog-theme-society = Society
catalog-theme-technology = Technology
catalog-theme-transport = Transport
catalog-theme-water = Water and sanitation
catalog-desk = Your datasets
catalog-desk-none = You have not entered a dataset yet.
catalog-enter = Enter a dataset
catalog-enter-button = Enter
catalog-dataset-title = Title
catalog-slug = Name in addresses
catalog-slug-hint = Lower-case letters, digits and hyphens. Leave it empty to make it from the title.
catalog-description = What it is about
catalog-open = Who may read it
catalog-open-yes = Everybody
catalog-open-hint = Columns that are marked personal stay with the data steward.
catalog-see-page = See its page
catalog-send-file = Send a file
catalog-table = Table
catalog-table-title = Title of the table
catalog-table-title-hint = Leave it empty if the dataset has only one table. The same title again makes a new version of that table.
catalog-file-hint = CSV, Excel, JSON lines, GeoJSON or Parquet, up to { $most } MB. It is kept as it is.
catalog-send-button = Send
catalog-files = Files received
catalog-state = State
catalog-detail = Result
catalog-state-waiting = Being read
catalog-state-read = Read
catalog-state-refused = Not read
catalog-read-detail = { $rows } rows read, { $bad } not
catalog-entry = Entry in the catalogue
catalog-save = Save
catalog-who-may-see = Who may see which column
catalog-class-lead = A column that is not open is shown to stewards only: on pages, in files and in SQL.
catalog-class-open = Open
catalog-class-personal = Personal: tells who somebody is
catalog-class-sensitive = Sensitive: could hurt somebody
catalog-class-unreviewed = Not reviewed yet
catalog-sql = Ask in SQL
catalog-sql-lead = Ask one question at a time over the tables you may read. Nothing can be changed here.
catalog-sql-question = SQL
catalog-sql-ask = Ask
catalog-sql-tables = { $n ->
    [one] { $n } table you may read
   *[other] { $n } tables you may read
}
catalog-sql-answer = Answer
catalog-sql-cut = Only the first rows are shown. Download the answer to have them all.

problem-dataset-unknown = There is no dataset “{ $dataset }”, or you may not read it.
problem-resource-unknown = There is no table “{ $resource }” in this dataset.
problem-column-unknown = There is no column “{ $column }” in this table.
problem-version-unknown = Version { $version } cannot be read any more, or does not exist yet.
problem-query-refused = This cannot be answered: { $reason }
problem-query-too-heavy = This was too much: { $reason }
problem-format-unknown = “{ $format }” is not a format. Use csv, jsonl, json, parquet, xlsx or geojson.
problem-dataset-title-missing = Enter a title.
problem-text-long = This text is too long. Shorten it.
problem-slug-malformed = Use lower-case letters, digits and hyphens only, at most 60.
problem-slug-taken = This name is taken. Choose another.
problem-organisation-unknown = There is no organisation with the code “{ $code }”.
problem-file-missing = Choose a file.
problem-file-kind-unknown = “{ $name }” is not a kind of file that can be read. Use .csv, .xlsx, .jsonl, .geojson or .parquet.
