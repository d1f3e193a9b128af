# Definitions written in the browser: what is on its way, one text, which version was in force when.

indicators-authoring-title = Definitions of indicators
indicators-authoring-lead = What each number counts, and for whom it is shown. One steward writes, a second one checks, a leader or a third steward approves.
indicators-authoring-open = On their way
indicators-authoring-open-none = No definition is on its way.
indicators-authoring-known = In force
indicators-authoring-code = Code
indicators-authoring-stage = How far
indicators-authoring-opened = Begun
indicators-authoring-history = History
indicators-authoring-begin = Next version
indicators-authoring-change = Propose a change
indicators-authoring-unreadable = A text that cannot be read yet
indicators-authoring-versions = All versions of the definition
indicators-authoring-new = Write a definition
indicators-authoring-new-lead = Begin with the example that is nearest, or with a definition below.
indicators-authoring-template-share = A share: so many of those who belong
indicators-authoring-template-mean = A mean: an amount for each of those who belong
indicators-authoring-template-ratio = A ratio: one sum over another
indicators-authoring-template-total = A total: how many, or how much
indicators-authoring-template-formula = A formula over other indicators
indicators-authoring-template-entered = Numbers that an office enters by hand
indicators-authoring-definition = Definition
indicators-authoring-text = Text of the definition
indicators-authoring-text-lead = You can leave it unfinished. Nobody sees numbers of it before it was checked and approved.
indicators-authoring-text-hint = TOML, one key a line. Your remarks after # are kept.
indicators-authoring-wrong = This is no definition yet: { $reason }
indicators-authoring-force-at = In force from { $at }.
indicators-authoring-why-shown = Why it changes
indicators-authoring-changes = What changes
indicators-authoring-compared = Compared with the definition in force:
indicators-authoring-compared-new = It is a new indicator: no definition has this code yet.
indicators-authoring-compared-same = Only remarks or the order differ from the definition in force.
indicators-authoring-key = Key
indicators-authoring-before = Before
indicators-authoring-after = After

indicators-authoring-trial = Trial
indicators-authoring-trial-none = This text has not been tried. A trial counts from the newest tables and makes nothing public.
indicators-authoring-trial-lead = This is what the text makes of the tables. Nothing of it is public.
indicators-authoring-tried-at = Tried on { $at }.
indicators-authoring-found = { $n ->
    [0] It makes no number: no row belongs, or none has a place.
    [one] It makes one number; withheld: { $withheld }.
   *[other] It makes { $n } numbers; withheld: { $withheld }.
}
indicators-authoring-found-elsewhere = There is nothing to count: its numbers are entered by hand or imported.
indicators-authoring-found-nothing = It could not be counted: { $reason }
indicators-authoring-found-unplaced = { $n ->
    [one] One row has a place that is not in the list of places. It is left out.
   *[other] { $n } rows have a place that is not in the list of places. They are left out.
}
indicators-authoring-found-off-list = { $n ->
    [one] { $dimension }: one row has a code that the definition does not list. It counts as not known.
   *[other] { $dimension }: { $n } rows have a code that the definition does not list. They count as not known.
}
indicators-authoring-numbers = Everybody together
indicators-authoring-missing = Without an answer

indicators-authoring-next = Next step
indicators-authoring-why = Why the definition changes
indicators-authoring-why-hint = Everybody will read it. Needed to hand it in.
indicators-authoring-note = A word to the others
indicators-authoring-note-hint = Needed to give it back or up, and to hand in what made no numbers when it was tried.
indicators-authoring-from-day = In force from
indicators-authoring-from-day-hint = Empty for at once.
indicators-authoring-do-save = Keep as a draft
indicators-authoring-do-try = Try it on the tables
indicators-authoring-do-submit = Hand in
indicators-authoring-do-take-back = Take back
indicators-authoring-do-check = Checked: it is in order
indicators-authoring-do-return = Give back
indicators-authoring-do-approve = Approve
indicators-authoring-do-withdraw = Give up
indicators-authoring-done-save = Kept.
indicators-authoring-done-try = Tried: look below at what was found.
indicators-authoring-done-submit = Handed in. A second steward looks at it next.
indicators-authoring-done-take-back = Taken back. You can go on writing.
indicators-authoring-done-check = Checked. A leader or a third steward approves it next.
indicators-authoring-done-return = Given back to its authors.
indicators-authoring-done-approve = Approved.
indicators-authoring-done-withdraw = Given up.
indicators-authoring-stage-draft = Draft
indicators-authoring-stage-submitted = Waits for a second steward
indicators-authoring-stage-checked = Waits for approval
indicators-authoring-stage-approved = Waits for its day
indicators-authoring-stage-in-force = In force
indicators-authoring-stage-withdrawn = Given up
indicators-authoring-steps = What was done
indicators-authoring-by-itself = The program
indicators-authoring-step-written = Text changed
indicators-authoring-step-tried = Tried
indicators-authoring-step-submitted = Handed in
indicators-authoring-step-taken-back = Taken back
indicators-authoring-step-checked = Checked
indicators-authoring-step-returned = Given back
indicators-authoring-step-approved = Approved
indicators-authoring-step-in-force = Put in force
indicators-authoring-step-failed = Could not be put in force, and was given back
indicators-authoring-step-withdrawn = Given up

indicators-authoring-versions-of = Versions of the definition: { $title }
indicators-authoring-versions-lead = Which text said what is counted, from when to when, and what changed. The newest stands first.
indicators-authoring-from = Since { $from }
indicators-authoring-from-until = { $from } to { $until }
indicators-authoring-first = It is the first version.
indicators-authoring-remarks-only = Only remarks or the order changed.
indicators-authoring-reviewed = Written, checked and approved by three people.
indicators-authoring-reviewed-by = Handed in by { $submitted }, checked by { $checked }, approved by { $approved }.
indicators-authoring-loaded = Put in force by an operator, without a review here.
indicators-authoring-version-text = The text of version { $version }

problem-indicators-authoring-unknown = There is no such definition on its way. The list shows all there are.
problem-indicators-authoring-same = This is the definition of { $code } that is in force already.
problem-indicators-authoring-untried = This text made no numbers yet. Try it on the tables, or say here why you hand it in all the same.
problem-indicators-authoring-day = Write a day, like 2027-01-01.
