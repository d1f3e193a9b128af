# The way from producer to steward to approver, and what is deprecated or withdrawn.

catalog-workflow-review = On its way to everybody
catalog-workflow-review-link = How far it is on its way to everybody
catalog-workflow-whole-dataset = The whole dataset
catalog-workflow-new-rows = New rows for { $table }
catalog-workflow-new-licence = Another licence: { $licence }
catalog-workflow-licence-changes = The licence, from { $from } to { $to }
catalog-workflow-licence-waits = The licence { $licence } waits to be looked at. Until then { $holds } holds.
catalog-workflow-version-of = Version { $version } of { $table }
catalog-workflow-stage-draft = With its producer
catalog-workflow-stage-submitted = Waits for a steward
catalog-workflow-stage-checked = Waits for an approver
catalog-workflow-stage-scheduled = To be published { $at }
catalog-workflow-days = { $n ->
    [0] Since today
    [one] For { $n } day
   *[other] For { $n } days
}
catalog-workflow-do-submit = Hand in to the steward
catalog-workflow-do-take-back = Take back
catalog-workflow-do-check = It is in order
catalog-workflow-do-approve = Approve and publish
catalog-workflow-do-return = Give back to the producer
catalog-workflow-do-comment = Send
catalog-workflow-do-unpublish = Close to the public
catalog-workflow-do-standing = Save
catalog-workflow-next-submit = Hand in
catalog-workflow-next-check = Check
catalog-workflow-next-approve = Approve
catalog-workflow-note = What you want to say about it
catalog-workflow-note-hint = Needed when you give it back: say what is to be mended.
catalog-workflow-publish-at = Publish at
catalog-workflow-publish-at-hint = Leave empty to publish at once.
catalog-workflow-what-changes = What changes for readers
catalog-workflow-first-rows = The first rows
catalog-workflow-faults = What could not be read, or looks doubtful
catalog-workflow-faults-hidden = This is about columns that you may not see. A steward sees them.
catalog-workflow-done-submit = It was handed in.
catalog-workflow-done-take-back = It was taken back. It is a draft again.
catalog-workflow-done-check = You said that it is in order.
catalog-workflow-done-return = It was given back to its producer with your note.
catalog-workflow-done-approve = It was approved. It is published at the hour that was set, or else within a minute.
catalog-workflow-done-comment = Your comment was noted.
catalog-workflow-done-unpublish = It is not published any more.
catalog-workflow-done-standing = What you said was noted. Readers see it.
catalog-workflow-done-key = The columns were noted.
catalog-workflow-nothing-waits = Nothing of this dataset is on its way.
catalog-workflow-fails = What is wrong
catalog-workflow-history = What was done and said
catalog-workflow-no-steps = Nothing yet.
catalog-workflow-comment = Write to the others who work on it
catalog-workflow-program = The program
catalog-workflow-step-entered = Asked for it to be opened
catalog-workflow-step-changed = Changed
catalog-workflow-step-sent = File sent
catalog-workflow-step-submitted = Handed in
catalog-workflow-step-taken-back = Taken back
catalog-workflow-step-checked = Checked
catalog-workflow-step-returned = Given back
catalog-workflow-step-approved = Approved
catalog-workflow-step-published = Published
catalog-workflow-step-applied = Took effect; the dataset is closed to the public
catalog-workflow-step-unpublished = Closed to the public
catalog-workflow-step-commented = Comment
catalog-workflow-step-deprecated = Said not to be used any more
catalog-workflow-step-withdrawn = Withdrawn
catalog-workflow-step-restored = Stands again
catalog-workflow-keys = Columns that name a row
catalog-workflow-keys-lead = With them two versions are compared row by row.
catalog-workflow-key-of = { $table }
catalog-workflow-unpublish = Close the dataset to the public
catalog-workflow-why = Reason
catalog-workflow-why-hint = Readers see it.
catalog-workflow-standing = Deprecate or withdraw
catalog-workflow-standing-lead = What is deprecated can still be read, with a warning. What is withdrawn cannot, and a page says why.
catalog-workflow-subject = What
catalog-workflow-kind = How it stands
catalog-workflow-say-deprecated = Deprecated: still there, with a warning
catalog-workflow-say-withdrawn = Withdrawn: not there any more
catalog-workflow-say-restored = As before: neither of these
catalog-workflow-replaced-by = Address of what to use instead
catalog-workflow-replaced-by-hint = For example /data/villages-2026. May be empty.
catalog-workflow-deprecated = Deprecated
catalog-workflow-withdrawn = Withdrawn
catalog-workflow-instead = See what to use instead
catalog-workflow-is-deprecated = This dataset should not be used any more: { $reason }
catalog-workflow-waits-for-you = Waits for you
catalog-workflow-nothing-for-you = Nothing waits for you.
catalog-workflow-waits-for-others = Waits for somebody else
catalog-workflow-what = What
catalog-workflow-age = Waits
catalog-workflow-next = Next step
catalog-workflow-choose = Choose
catalog-workflow-check-chosen = The chosen ones are in order
catalog-workflow-yours = Your datasets
catalog-workflow-tell = Tell its producer
catalog-workflow-n-wait = { $n ->
    [one] { $n } thing waits for you
   *[other] { $n } things wait for you
}
catalog-workflow-n-fail = { $n ->
    [one] { $n } dataset fails in something
   *[other] { $n } datasets fail in something
}
catalog-workflow-n-late = { $n ->
    [one] { $n } dataset is late
   *[other] { $n } datasets are late
}
catalog-workflow-n-contributions = { $n ->
    [one] { $n } thing that a reader sent waits to be read
   *[other] { $n } things that readers sent wait to be read
}
catalog-workflow-n-more = { $n ->
    [one] { $n } more
   *[other] { $n } more
}
catalog-workflow-reports = Errors in data that people reported
catalog-workflow-reports-waiting = Errors reported in your data, and how long they wait
catalog-workflow-desk-fails = Fails
catalog-workflow-nothing-fails = Nothing is wrong that the program can see.
catalog-workflow-fails-in-files = { $n ->
    [one] Files: { $n } dataset
   *[other] Files: { $n } datasets
}
catalog-workflow-fails-in-columns = { $n ->
    [one] Columns: { $n } dataset
   *[other] Columns: { $n } datasets
}
catalog-workflow-fails-in-metadata = { $n ->
    [one] Entry and metadata: { $n } dataset
   *[other] Entry and metadata: { $n } datasets
}
catalog-workflow-describe = Answer the questions of the metadata forms
catalog-workflow-desk-late = Late
catalog-workflow-nothing-late = Nothing is overdue.
catalog-workflow-more-late = { $n ->
    [one] and { $n } more period
   *[other] and { $n } more periods
}
catalog-workflow-told-title = { $n ->
    [one] Data: { $n } piece of news on the way to everybody
   *[other] Data: { $n } pieces of news on the way to everybody
}
catalog-workflow-told-check = Waits for you to be checked: { $dataset } ({ $what })
catalog-workflow-told-approve = Waits for you to be approved: { $dataset } ({ $what })
catalog-workflow-told-returned = Given back to its producer, with a word on what is to be mended: { $dataset } ({ $what })
catalog-workflow-told-approved = Approved, to be published { $at }: { $dataset } ({ $what })
catalog-workflow-told-published = Published: { $dataset } ({ $what })
catalog-workflow-told-applied = Took effect, and stays closed to the public: { $dataset } ({ $what })
catalog-workflow-rules = Who looks at data first
catalog-workflow-rules-lead = Nobody checks or approves what they made themselves: producer, steward and approver are three people. Approvers are leaders, and stewards of a place above.
catalog-workflow-all-others = All who have no rule of their own
catalog-workflow-rule-as-portal = Like all others
catalog-workflow-rule-none = Nobody: what a producer opens can be read at once
catalog-workflow-rule-steward = A steward looks at it before everybody can read it
catalog-workflow-rule-approver = A steward and then an approver look at it before everybody can read it
catalog-workflow-flaw-file-refused = { $table }: the file { $file } could not be read
catalog-workflow-flaw-rows-refused = { $n ->
    [one] { $table }: { $n } row could not be read
   *[other] { $table }: { $n } rows could not be read
}
catalog-workflow-flaw-not-conforming = { $n ->
    [one] { $n } column does not follow its standard
   *[other] { $n } columns do not follow their standard
}
catalog-workflow-flaw-metadata = Metadata (MS-Keg, MS-Var, MS-Ind) with gaps
catalog-workflow-flaw-no-table = Nothing has been sent yet
catalog-workflow-flaw-no-licence = No licence
catalog-workflow-flaw-no-description = No description
catalog-workflow-flaw-no-contact = Nobody to ask
catalog-workflow-flaw-unclassified = { $n ->
    [one] { $n } column that nobody has reviewed
   *[other] { $n } columns that nobody has reviewed
}
catalog-workflow-flaw-broken-link = { $title }: the address leads nowhere
catalog-workflow-stage-of = { $stage } ({ $organisation })
catalog-workflow-of-nobody = data without a publisher
catalog-workflow-taker-steward = { $n ->
    [one] Looked at next by a data steward ({ $organisation }): { $n } account can do it
   *[other] Looked at next by a data steward ({ $organisation }): { $n } accounts can do it
}
catalog-workflow-taker-leader = { $n ->
    [one] Approved next by a leader or a steward of a place above ({ $organisation }): { $n } account can do it
   *[other] Approved next by a leader or a steward of a place above ({ $organisation }): { $n } accounts can do it
}
catalog-workflow-nobody-steward = Nobody can check this: there is no data steward for it ({ $organisation }) who had no hand in it. Choose another publisher, or ask an administrator to give somebody the role.
catalog-workflow-nobody-leader = Nobody can approve this: there is neither a leader nor a steward of a place above ({ $organisation }) who had no hand in it. Ask an administrator to give somebody the role.
catalog-workflow-why-not-own-work = You entered, changed or sent this yourself, so somebody else has to look at it.
catalog-workflow-why-not-own-check = You checked this yourself, so somebody else has to approve it.
catalog-workflow-why-not-others = Your role is for another organisation or another place than these data, so you cannot take this step.
catalog-workflow-progress = How far it is described
catalog-workflow-other-columns = The columns are other ones: of the { $before } columns that { $table } had, { $kept } are in the new file. Look whether it is the right file for this table.

problem-publication-unknown = This is not on its way any more, or never was.
problem-publication-changed-meanwhile = Something changed since you looked. Look at it again, and then decide.
problem-own-work = You had a hand in this yourself. Somebody else has to look at it.
problem-own-check = You checked this yourself. Somebody else has to approve it.
problem-step-not-now = That is not the next step. Look at how far it is.
problem-step-unknown = There is no step “{ $step }”.
problem-publish-at-past = This moment has passed already. Choose a later one, or leave it empty.
problem-moment-malformed = Write a day and a time, like 2026-12-01T08:00.
problem-address-malformed = Write an address on this portal, which begins with one /, without spaces.
problem-dataset-withdrawn = “{ $dataset }” was withdrawn on { $date }: { $reason }
