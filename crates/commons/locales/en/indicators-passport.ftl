# The passport of one number: everything that belongs to it on one page.

indicators-passport-title = Passport of the number
indicators-passport-open = Passport of this number: how it was made, who signed it, what it said before
indicators-passport-of = Indicator { $code } · { $place } · { $period }
indicators-passport-live = This number is live: it moves with what it is made of. A number that is to be cited belongs to a release, whose address always shows the same.
indicators-passport-released = Release { $release }, public since { $date }, signed by { $who }. This address will always show this number.
indicators-passport-held = It stands as it was counted on { $date }: what has changed since rests on too few to be shown.
indicators-passport-indicator = The indicator at this place
indicators-passport-off-list = Rows whose answer stands in no list
indicators-passport-fewer = fewer than { $least }
indicators-passport-tables = Tables it was counted from
indicators-passport-table = Table
indicators-passport-version = Version
indicators-passport-sheets = Report cards it was added up from
indicators-passport-sheet-office = Filled in for
indicators-passport-sheet-edition = Edition
indicators-passport-sheet-handed-in = Handed in
indicators-passport-sheet-signed = Signed
indicators-passport-sheet-entered-by = Entered by
indicators-passport-sheet-signed-by = Signed by
indicators-passport-sheet-note = Note
indicators-passport-line = Line of that file
indicators-passport-text = As the line says it
indicators-passport-licence = Licence
indicators-passport-taken = Taken in
indicators-passport-history = What each release said
indicators-passport-elsewhere = The same in other sources
indicators-passport-source = Source
indicators-passport-gap = Difference
indicators-passport-cite = How to cite this number
indicators-passport-citation = { $who }: { $title }, { $place }, { $period }. Release { $release }, { $date }. { $address }
indicators-passport-file = All numbers of this release (CSV)
indicators-passport-sha256 = Whether a copy is whole tells its SHA-256:

problem-indicators-passport-unknown = Indicator { $code } has no such number for place { $place } and period { $period } here. The page of the indicator shows all there are.
