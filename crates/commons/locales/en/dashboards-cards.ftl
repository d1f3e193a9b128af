# Report cards of offices, one for each month, as they stood when the month was over.

problem-dashboards-cards-unknown = There is no report card of “{ $code }” for { $month }.

dashboards-cards-title = Report cards
dashboards-cards-lead = One card for each month: the numbers that the office answers for, its promises and its grade. A card is made once, on the fifth of the next month or later, and never changes.
dashboards-cards-none = There are no report cards yet.
dashboards-cards-number = Number
dashboards-cards-value = Value
dashboards-cards-period = Period
dashboards-cards-aim = Aim
dashboards-cards-light = Light
dashboards-cards-source = Where it comes from
dashboards-cards-entered = Entered by hand
dashboards-cards-counted = Worked out from data
dashboards-cards-by-hand = Entered by hand
dashboards-cards-by-hand-of = { $n } of { $all } numbers
dashboards-cards-promises = Promises
dashboards-cards-promises-of = { $open } open, { $late } late, { $kept } kept, { $broken } broken off
dashboards-cards-grade = Grade of its answers to requests
dashboards-cards-grade-of = { $letter }, { $score } of { $most } points
dashboards-cards-no-grade = Not graded
dashboards-cards-made = Made on { $date }; what changed since does not stand here.
dashboards-cards-pdf = PDF
dashboards-cards-latest = Report card of { $month } as PDF
dashboards-cards-whole = As a whole
dashboards-cards-what = About
dashboards-cards-stands = How it stands
