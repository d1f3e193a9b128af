# Evidence: promises, and what ties records together.

problem-evidence-promise-missing = Write what is promised.
problem-evidence-owner-missing = Say which unit keeps the promise.
problem-evidence-due-past = Give a date that is not before the day the promise is made.
problem-evidence-why-missing = Say what was done, or why not.
problem-evidence-commitment-settled = This promise was kept or broken off already.
problem-evidence-commitment-unknown = There is no commitment with the code { $code }.

evidence-title = Promises
evidence-lead = What this government promised, who keeps it, and by when. A promise is late from the day after its date until somebody shows that it was kept.
evidence-none = No promise was made here yet.
evidence-promise = Promise
evidence-owner = Kept by
evidence-post = Post
evidence-made = Made
evidence-due = Due
evidence-standing = How it stands
evidence-moved = Times its date was moved
evidence-settled = Settled
evidence-proofs = Records that prove it
evidence-timeline = What happened
evidence-standing-open = Open
evidence-standing-late = Late
evidence-standing-kept = Kept
evidence-standing-kept-late = Kept late
evidence-standing-broken-off = Broken off
evidence-what-commitment-made = Promised by { $due }.
evidence-what-commitment-moved = The date was moved from { $from } to { $due }.
evidence-what-commitment-kept = Kept on { $on }.
evidence-what-commitment-broken-off = Broken off on { $on }.
