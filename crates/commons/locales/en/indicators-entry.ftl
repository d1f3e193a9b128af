# Numbers entered by hand: which are owed, a sheet, its signature, what the public is told.

indicators-entry-title = Numbers to enter
indicators-entry-lead = What your office counts on paper and enters by hand. Somebody else signs it; only then is it public.
indicators-entry-show = Show
indicators-entry-shown = Which
indicators-entry-show-owed = Not signed yet
indicators-entry-show-all = All
indicators-entry-none = There is nothing to enter.
indicators-entry-sheet = Numbers
indicators-entry-place = Place
indicators-entry-period = Period
indicators-entry-state = State
indicators-entry-due-head = Due
indicators-entry-due = Due on { $date }
indicators-entry-late = Late: it was due on { $date }

indicators-entry-state-open = Not begun
indicators-entry-state-draft = Draft
indicators-entry-state-handed-in = Waits for a signature
indicators-entry-state-returned = Sent back
indicators-entry-state-signed = Signed

indicators-entry-caption = Numbers of { $period }
indicators-entry-returned-why = This was sent back: { $why }
indicators-entry-correct = This was signed, and its numbers count. If you enter others, these stay public until the others are signed.
indicators-entry-no-places = No place has a row here. Ask whoever maintains the definition.
indicators-entry-how = Write whole numbers, without dots or commas. Write 0 where there was nothing. Leave the row of a place blank if you do not know its numbers.
indicators-entry-numbers = Numbers by place
indicators-entry-number = Number
indicators-entry-blank = blank
indicators-entry-note = Remark
indicators-entry-note-hint = Why a place is missing, or why a number is much higher or lower than before. The remark is not published.
indicators-entry-save = Save and go on later
indicators-entry-hand-in = Hand in for signature
indicators-entry-changes = What this correction changes
indicators-entry-before = Signed before
indicators-entry-now = Now
indicators-entry-decide = Sign or send back
indicators-entry-decide-hint = With your signature the numbers count and become public. Numbers of very few people are withheld as everywhere.
indicators-entry-sign = Sign
indicators-entry-why = What is to be changed
indicators-entry-return = Send back
indicators-entry-steps = What was done
indicators-entry-step-when = When
indicators-entry-step-what = What
indicators-entry-step-edition = Edition
indicators-entry-step-note = Remark

indicators-entry-files = As a file
indicators-entry-file-down = Download this sheet (CSV)
indicators-entry-file-up = The sheet, filled in
indicators-entry-file-hint = CSV with the same columns. It takes the place of what stands here, and is kept as a draft.
indicators-entry-file-send = Take the file in
indicators-entry-by-hand = Entered by hand by { $organisation }, not counted from records. Last signed on { $date }.
indicators-entry-how-origin = Entered by hand
indicators-entry-how-sheets = { $signed } of { $owed } report cards of this period are signed
indicators-entry-how-corrected = { $n ->
    [one] one was corrected after it had been signed
   *[other] { $n } were corrected after they had been signed
}
indicators-entry-how-waiting = until all are, the number is of a part only

problem-indicators-entry-unknown = There is no such sheet to fill. The list of numbers to enter shows all there are.
problem-indicators-entry-changed-meanwhile = This sheet was changed since you opened it. Open it again, and enter what is still to be entered.
problem-indicators-entry-not-handed-in = This sheet does not wait for a signature. Whoever fills it hands it in first.
problem-indicators-entry-own = You entered some of these numbers yourself. Somebody else has to sign them.
problem-indicators-entry-whole = Write a whole number of at most thirteen digits, without dots, commas or words.
problem-indicators-entry-half = Write this number too, or leave the whole row of the place blank.
problem-indicators-entry-file = This is no CSV file with the columns of this sheet: { $columns }. Download the sheet, fill it in, and send that.
problem-indicators-entry-file-places = These places are not on this sheet, or stand in the file twice: { $places }. Leave them out.
problem-indicators-entry-more = This part is larger than its whole, the number beside it. Look at both again.
problem-indicators-entry-blank = These places were left blank: { $places }. Enter their numbers, or say why there are none.
problem-indicators-entry-jump = These places moved far more than they used to: { $places }. Look at their numbers again, or say what happened.
