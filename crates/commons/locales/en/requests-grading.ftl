# Grades of units and districts, and the honest shadow beside them.

problem-requests-grading-unknown = No grades were published for the month { $period }.
problem-requests-grading-unit-unknown = { $unit } was not graded in this month. Choose one from the list.
problem-requests-grading-no-profile = No profile is in use, so that there is no formula to grade by. Load one with: baraza request profile load lapor
problem-requests-grading-period-malformed = Write the month as year and month, like 2026-10
problem-requests-grading-period-early = The grades of this month are published later, when their day has come.

requests-grading-title = Grades of units and districts
requests-grading-about = How well each unit and each district answers residents, with every number that went into it.
requests-grading-of-month = Grades of { $month }
requests-grading-published =
    { $n ->
        [one] Published on { $at } for { $month }, from { $n } closing. What happened later changes nothing here.
       *[other] Published on { $at } for { $month }, from { $n } closings. What happened later changes nothing here.
    }
requests-grading-not-yet = No grades have been published here yet.
requests-grading-next = The next grades are published on { $at }.
requests-grading-months = All months
requests-grading-empty = Nothing was handled in this month, so that there is nothing to grade.
requests-grading-inputs = Everything that went into it
requests-grading-inputs-about = Each grade can be worked out again from these files. They hold nothing personal; of a confidential request only the unit and the days.
requests-grading-get-table = All counts and points (CSV)
requests-grading-get-json = All counts and points (JSON)
requests-grading-get-closings = The closings that counted (CSV)
requests-grading-get-closings-json = The closings that counted (JSON)

requests-grading-unit = Unit
requests-grading-district = District
requests-grading-rank = Place in its group
requests-grading-letter = Grade
requests-grading-no-letter = no letter
requests-grading-score = Points
requests-grading-of = { $points } of { $of }
requests-grading-handled = Handled
requests-grading-closed = Closed
requests-grading-late = Closed later than promised
requests-grading-unasked = Closed in another system, where nobody asked the resident
requests-grading-group = Volume group
requests-grading-not-asked = not asked
requests-grading-share = { $n } ({ $share })
requests-grading-units-of = Units with { $group }
requests-grading-districts-of = Districts with { $group }
requests-grading-group-all = any number of requests
requests-grading-group-big =
    { $least ->
        [one] { $least } request or more
       *[other] { $least } requests or more
    }
requests-grading-group-small =
    { $below ->
        [one] fewer than { $below } request
       *[other] fewer than { $below } requests
    }
requests-grading-unknown =
    { $n ->
        [one] { $n } unit has no letter: part of what the grade asks is not known, because its requests were closed in another system and nobody asked the residents. That is no zero, and it is no praise.
       *[other] { $n } units have no letter: part of what the grade asks is not known, because their requests were closed in another system and nobody asked the residents. That is no zero, and it is no praise.
    }
requests-grading-part-satisfaction = Satisfaction (of { $points })
requests-grading-part-old-stock = Old requests (of { $points })
requests-grading-part-quality = Quality (of { $points })
requests-grading-part-attention = Attention (of { $points })

requests-grading-how = How the grade is made
requests-grading-bands = Points and letters:
requests-grading-band = { $letter } from { $least }
requests-grading-formula-satisfaction = { $points } points for satisfaction: requests closed with the resident’s own yes, of all that were closed and asked about.
requests-grading-formula-old-stock = { $points } points for old requests: those older than { $old } that were closed with the resident’s yes, of all older than that.
requests-grading-formula-quality = { $points } points for quality: closings that no resident had reopened and no check found wrong, of all closings.
requests-grading-formula-attention = { $points } points for attention: requests that somebody looked at within the first limit, of all that were handled.

requests-grading-worked = Worked through
requests-grading-sum = Together:
requests-grading-nothing = Nothing was closed and nothing was old in this month, so that there is nothing to grade.
requests-grading-result = Grade { $letter }: { $points } of 100 points.
requests-grading-result-part = No letter: { $points } of the { $of } points that are known. The rest was never asked.
requests-grading-worked-satisfaction = Satisfaction: of { $all } closings that residents were asked about, { $good } have the resident’s own yes. { $of } × { $good } ÷ { $all } = { $points } points.
requests-grading-worked-old-stock = Old requests: of { $all } older than { $old }, { $good } were closed with the resident’s yes. { $of } × { $good } ÷ { $all } = { $points } points.
requests-grading-worked-quality = Quality: of { $all } closings, { $good } were neither reopened nor found wrong by a check. { $of } × { $good } ÷ { $all } = { $points } points.
requests-grading-worked-attention = Attention: of { $all } requests handled, { $good } were looked at within the first limit. { $of } × { $good } ÷ { $all } = { $points } points.
requests-grading-none-satisfaction = Satisfaction: nothing was closed, so that nothing is taken away: { $points } points.
requests-grading-none-old-stock = Old requests: none is older than { $old }, which is what the grade asks for: { $points } points.
requests-grading-none-quality = Quality: nothing was closed, so that nothing is taken away: { $points } points.
requests-grading-none-attention = Attention: nothing was handled, so that nothing is taken away: { $points } points.
requests-grading-unknown-satisfaction = Satisfaction: not asked. The requests were closed in another system. Its { $of } points are neither given nor taken.
requests-grading-unknown-old-stock = Old requests: not asked. The old ones were closed in another system. Its { $of } points are neither given nor taken.
requests-grading-unknown-quality = Quality: not known. The requests were closed in another system. Its { $of } points are neither given nor taken.
requests-grading-unknown-attention = Attention: not known. No first limit was set for these requests. Its { $of } points are neither given nor taken.

requests-grading-shadow = What the grade does not show
requests-grading-shadow-about = A grade can be played. These numbers tell how the closings came about; they are no proof of anything, but worth a question.
requests-grading-shadow-none = Nothing was closed in this month.
requests-grading-shadow-units = How units came to their closings
requests-grading-shadow-districts = How districts came to their closings
requests-grading-reopened = Reopened within 30 days
requests-grading-again = The same person with the same matter again
requests-grading-last-day = Answered in the last 24 hours before a limit
requests-grading-special = Closed without the resident’s yes
requests-grading-silence = Closed because the resident was silent
requests-grading-ping-pong = Came back after it was passed on
requests-grading-yes-resident = Yes given by the resident
requests-grading-yes-operator = Yes written down by an operator
requests-grading-yes-officer = Yes written down by the unit itself

requests-grading-desk = Grades of the running month
requests-grading-desk-way = Desk
requests-grading-running = { $month }, as they stand now. Nothing here is final: they are published on { $at }.
requests-grading-publish = Publish the grades of a past month
requests-grading-period = Month
requests-grading-period-hint = After taking in requests of another system. Year and month, like 2026-10. What is published is never changed.
requests-grading-queued = The grades of { $month } are being made. In a moment they stand <a class="govuk-notification-banner__link" href="{ $href }">on their page</a>.
