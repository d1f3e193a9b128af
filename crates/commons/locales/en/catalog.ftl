# The catalogue of data: its pages, the producers' desk, SQL for staff.

catalog-title = Data
catalog-lead = Tables that the government publishes: look at them here, or take them with you as a file.
catalog-search = Search the data
catalog-search-button = Search
catalog-none = Not settled
catalog-n-datasets = { $n ->
    [one] { $n } dataset
   *[other] { $n } datasets
}
catalog-nothing = No dataset matches. Try fewer or other words.
catalog-empty = No data have been published yet. They will stand here as soon as an office sends its first file or a form has its first answers.
catalog-nothing-here = Nothing that you may read is published here yet. As soon as an office publishes data, they stand here.
catalog-among = Search among these
catalog-tables = Tables
catalog-other-files = Other files
catalog-punctuality = Timeliness this year
catalog-punctuality-told = { $percent } of { $due } came on time, { $missing } { $missing ->
        [one] is
       *[other] are
    } missing
catalog-by-theme = By theme
catalog-by-publisher = By publisher
catalog-take-list = This list as a file
catalog-all-data = All data
catalog-contact = Contact: { $contact }
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
catalog-delete = Delete this draft
catalog-delete-lead = The dataset, its tables and its files are taken away from everybody, those who work on it too. Nobody has published it.
catalog-delete-button = Delete the draft
catalog-delete-keep = Keep it
catalog-told-deleted = The draft was deleted.
catalog-told-entered = The dataset was entered. Send its file next.
catalog-told-sent = The file was received. It is read now; this page shows what came of it.
catalog-told-saved = The entry was saved.
catalog-place-hint = Code or name of the place the data are about, for example 35.22
catalog-period = Period
catalog-period-hint = For example 2024, 2024-06, 2024-Q2, or 2024-01/2024-06
catalog-licence = Licence
catalog-no-licence = Not settled: ask before you use it
catalog-changed = Last changed
catalog-open-data-of = Open data of { $owner }, with who is responsible for each dataset.
catalog-n-files = { $n ->
    [one] { $n } file
   *[other] { $n } files
}
catalog-resources = Tables and files
catalog-author = Author
catalog-maintainer = Contact
catalog-maintainer-hint = A post or an office rather than a person, for example Data desk. Everybody can read it.
catalog-maintainer-email = Email address for questions
catalog-maintainer-email-hint = Everybody can read it: give the office’s address.
catalog-tags = Tags
catalog-tags-hint = Parted by commas: letters, digits, spaces, hyphens, underscores and dots.
catalog-source = Source
catalog-elsewhere = at { $host }
catalog-get = Get the file
catalog-no-address = Its address cannot be opened in a browser.
catalog-no-tables = Nothing has been sent for this dataset yet.
catalog-no-rows-yet = This table has no rows yet.
catalog-edit = Send a file or change the entry
catalog-download = Download as
catalog-download-labelled = The same with the meaning of each code beside it:
catalog-download-labelled-each = with the meaning of codes
catalog-first-rows = First rows
catalog-whole-table = See the whole table
catalog-rows = Rows
catalog-sort = Order
catalog-as-received = As received
catalog-upwards = { $column }, smallest first
catalog-downwards = { $column }, largest first
catalog-show = Show
catalog-more-columns = { $n ->
    [one] { $n } more column is in the files
   *[other] { $n } more columns are in the files
}
catalog-hidden-columns = { $n ->
    [one] { $n } column is not shown.
   *[other] { $n } columns are not shown.
}
catalog-hidden-why = Which, and why?
catalog-hidden = Columns that are not shown
catalog-hidden-lead = A table about people can tell who somebody is. Only the data steward sees these columns: they are on no page, in no file and in no answer to SQL of anybody else.
catalog-hidden-personal = Because they tell who somebody is: { $columns }
catalog-hidden-sensitive = Because they could hurt somebody if they became known: { $columns }
catalog-hidden-unreviewed = { $n ->
    [one] { $n } column, because the data steward has not looked at it yet
   *[other] { $n } columns, because the data steward has not looked at them yet
}
catalog-decide = Decide who may see which column
catalog-columns = Columns
catalog-column-name = Column
catalog-column-kind = Holds
catalog-column-missing = Missing
catalog-column-distinct = Different values
catalog-column-least = Smallest
catalog-column-most = Largest
catalog-column-common = Most common
catalog-column-in-unit = { $kind }, in { $unit }
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
catalog-origin-program = Kept by the program itself
catalog-file = File
catalog-received = Received
catalog-size = Size
catalog-bytes = { $n ->
    [one] { $n } byte
   *[other] { $n } bytes
}
catalog-cite = { $publisher }. { $title }. As of { $date } [dataset]. { $address } (read { $today })
catalog-file-all = All files received, and how to cite one
catalog-file-all-lead = The address of each always leads to the same bytes, even when newer ones come.
catalog-file-cite = { $publisher }. { $title }. File received { $date } [file]. { $address } (read { $today })
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
catalog-bad-lead = Correct them in your file and send it again. All other rows are in the table. What was read and looks doubtful stands here too.
catalog-bad-lines = Lines that could not be read: { $lines }
catalog-doubtful-lines = Lines that look doubtful: { $lines }
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
catalog-theme-culture = Culture
catalog-theme-demography = Population and demography
catalog-theme-economy = Economy and finance
catalog-theme-education = Education
catalog-theme-energy = Energy
catalog-theme-environment = Environment
catalog-theme-government = Government
catalog-theme-health = Health
catalog-theme-infrastructure = Infrastructure
catalog-theme-justice = Justice and safety
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
catalog-entry-told = Title and description in { $language }
catalog-entry-told-title = Title in { $language }
catalog-entry-told-description = What it is about, in { $language }
catalog-open = Who may read it
catalog-open-yes = Everybody
catalog-open-hint = Columns that are marked personal stay with the data steward.
catalog-see-page = See its page
catalog-send-file = Send a file
catalog-table = Table
catalog-table-title = Title of the table
catalog-table-title-hint = Leave it empty if the dataset has only one table. The same title again makes a new version of that table.
catalog-file-hint = CSV, Excel, JSON lines, GeoJSON or Parquet, up to { $most } MB. It is kept as it is.
catalog-reading = Reading the file
catalog-reading-lead = Leave this as it is: the file mostly tells. Change it when a sheet, a column or a number was read wrong.
catalog-reading-judged = As the file tells
catalog-sheet = Sheet
catalog-sheet-hint = The name of the workbook’s sheet. Empty: the first one with rows
catalog-delimiter = Between the fields
catalog-delimiter-hint = For text files such as CSV
catalog-delimiter-comma = Comma (,)
catalog-delimiter-semicolon = Semicolon (;)
catalog-delimiter-tab = Tab
catalog-delimiter-bar = Bar (|)
catalog-decimal = Before the decimals
catalog-decimal-hint = For text files such as CSV. Is 1.200 twelve hundred, or one and a fifth?
catalog-decimal-point = Point (1.5)
catalog-decimal-comma = Comma (1,5)
catalog-missing = Words that mean “no value”
catalog-missing-hint = Separated by commas, for example NA, -, n/a
catalog-how = How it was read
catalog-send-button = Send
catalog-files = Files received
catalog-state = State
catalog-detail = Result
catalog-state-waiting = Being read
catalog-state-read = Read
catalog-state-refused = Not read
catalog-state-held = Read, waits to be published
catalog-state-dropped = Replaced by a newer file before it was published
catalog-read-detail = { $rows } rows read, { $bad } not
catalog-entry = Entry in the catalogue
catalog-save = Save
catalog-who-may-see = Who may see which column
catalog-class-lead = A column that is not open is shown to stewards only: on pages, in files and in SQL. A dataset that is not open is for staff, whatever its columns are.
catalog-n-waiting = { $n ->
    [one] { $n } column waits for you. Until you confirm it, only stewards see it. A class is proposed from how its question is asked and what it is called: look at it, then confirm.
   *[other] { $n } columns wait for you. Until you confirm them, only stewards see them. A class is proposed from how each question is asked and what it is called: look at them, then confirm all at once.
}
catalog-who-may-see-it = Who may see it
catalog-why = Why
catalog-proposed = Proposed
catalog-decided = Decided by a steward
catalog-class-of = Class of the column { $column }
catalog-confirm = Confirm all as they stand here
catalog-why-name = Holds the name of a person.
catalog-why-contact = Tells how to reach somebody.
catalog-why-number = Holds a number that one person or family has.
catalog-why-address = Tells where somebody lives.
catalog-why-small-place = The place is so small that a few more answers tell whose house it is.
catalog-why-position = Tells where the house stands.
catalog-why-birth = A day of birth tells who somebody is, together with sex and village.
catalog-why-moment = Who knows when the house was visited knows whose answers these are.
catalog-why-own-words = People write names and stories in their own words.
catalog-why-file = A picture or a recording shows people.
catalog-why-health = About somebody’s health or disability.
catalog-why-belief = About somebody’s belief, origin or politics.
catalog-why-violence = About violence that somebody suffered or did.
catalog-why-money = About somebody’s money.
catalog-why-choice = Chosen from a list; tells nobody apart by itself.
catalog-why-count = A number or a yes or no; tells nobody apart by itself.
catalog-why-key = A number by chance or a count that the program made; means nothing outside it.
catalog-why-nothing = Text of which nothing more is known, so the cautious side wins.
catalog-class-open = Open
catalog-class-personal = Personal: tells who somebody is
catalog-class-sensitive = Sensitive: could hurt somebody
catalog-class-unreviewed = Not reviewed yet

catalog-readers = You and this data
problem-dataset-unknown = There is no dataset “{ $dataset }”, or you may not read it.
problem-resource-unknown = There is no table “{ $resource }” in this dataset.
problem-column-unknown = There is no column “{ $column }” in this table.
problem-version-unknown = Version { $version } cannot be read any more, or does not exist yet.
problem-query-refused = This cannot be answered: { $reason }
problem-query-too-heavy = This was too much: { $reason }
problem-format-unknown = “{ $format }” is not a format. Use csv, jsonl, json, parquet, xlsx or geojson.
problem-theme-unknown = There is no theme “{ $theme }”. The page of all data shows the themes there are.
problem-delimiter-unknown = “{ $given }” cannot stand between fields. Use comma, semicolon, tab or bar.
problem-decimal-unknown = “{ $given }” cannot stand before decimals. Use point or comma.
problem-dataset-title-missing = Enter a title.
problem-catalog-delete-published = This dataset was published, or the program keeps it. Withdraw it on its review page instead.
problem-catalog-place-unknown = There is no place called “{ $place }”, or there are several. Enter the code of a place in the list, for example 35.22.
problem-catalog-period-malformed = Enter a year (2024), a month (2024-06), a day (2024-06-30), a quarter (2024-Q2), or two of them with a slash between (2024-01/2024-06).
problem-text-long = This text is too long. Shorten it.
problem-slug-malformed = Use lower-case letters, digits and hyphens only, at most 60.
problem-catalog-entry-changed-meanwhile = Somebody else changed this dataset’s entry since you opened it. Open it again, and change what is still to be changed.
problem-catalog-entry-now = Somebody else changed the entry since you opened it. Here it now says “{ $now }”; what you sent is in the field. Keep one of the two, then save.
problem-catalog-entry-empty-now = Somebody else changed the entry since you opened it. Here it now says nothing; what you sent is in the field. Keep one of the two, then save.
problem-slug-taken = This name is taken. Choose another.
problem-organisation-unknown = There is no organisation with the code “{ $code }”.
problem-publisher-not-yours = You may not publish for this organisation. Choose one that you work for.
problem-dataset-place-not-yours = You cannot say that the dataset is about this place: your role does not reach it, or not the place that stood here before. Put back what stood here, or ask a steward of all places.
problem-dataset-hidden-moved = The dataset has columns that not everybody may see, and another organisation or place would show them to other people. Put back what stood here, or ask a steward who may see these columns to change it.
problem-dataset-review-left = Less is looked at in that organisation before it is published than where the dataset is now. Only an administrator can move it there.
problem-tag-malformed = “{ $tag }” cannot be a tag. Use 2 to 100 letters, digits, spaces, hyphens, underscores or dots.
problem-file-missing = Choose a file.
problem-file-kind-unknown = “{ $name }” is not a kind of file that can be read. Use .csv, .xlsx, .jsonl, .geojson or .parquet.

# Organisations at the desk.
catalog-organisations = Organisations
catalog-organisations-lead = Offices that publish data or answer for a service. Their datasets, their people’s roles and their requests name them by their code.
catalog-organisations-none = There is no organisation yet. Add the first one below, so that datasets can name their publisher.
catalog-organisation-new = Add an organisation
catalog-organisation-code = Code
catalog-organisation-code-hint = Lower-case letters, digits and hyphens, for example dinas-pu. It cannot be changed later.
catalog-organisation-name = Name
catalog-organisation-about = What it does (optional)
catalog-organisation-contact = Contact (optional)
catalog-organisation-contact-hint = An e-mail, a telephone number or an address that everybody may see
catalog-organisation-active = In use
catalog-organisation-active-hint = Datasets can be given to it, and catalogues show it.
catalog-organisation-closed = Not in use
catalog-publisher-none = There is no organisation yet in whose name you may publish. An administrator or a steward of all adds them at the desk, under Organisations.
problem-catalog-organisation-taken = There is an organisation with this code already. Choose another code, or change that one.
problem-catalog-organisation-used = This organisation still has datasets. Give them to another first.
