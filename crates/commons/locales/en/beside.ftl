# Two truths side by side: what users, provider, survey, requests and offices say of one facility.
problem-beside-choice = Choose one of the list.
problem-beside-code-missing = Enter the code of the indicator or of the service.
problem-beside-indicator-unknown = There is no indicator with this code. The page of indicators lists all there are.
problem-beside-service-unknown = There is no service with this code. The page of requests lists all there are.
problem-beside-turn = Enter two different numbers, or none: the value that stands at 0 points and the one that stands at 100.
problem-beside-note-missing = Say in a sentence how near the number is to the criterion, and why.
beside-title = Two truths side by side
beside-of = { $facility }: two truths side by side
beside-lead = What users and provider say of this service, beside what households, requests and offices say of it.
beside-of-round = Scores are of round { $n }, { $day }.
beside-no-round = No scores are shown: users and provider have not agreed on a plan yet.
beside-left-out = { $n ->
    [one] One group was heard and is not shown, because it is small.
   *[other] { $n } groups were heard and are not shown, because they are small.
}
beside-none = Nothing is known of this service yet: no scores, and no other number that says something about it.
beside-sheet = Sheet for the meeting that is open (PDF)
beside-facility = All rounds and promises of this facility
beside-chart = { $criterion }: who says what, from 0 to 100 points
beside-chart-described = One line for each source, with its mark from 0 to 100 points: { $said }.
beside-who = Who says it
beside-value = Value
beside-points = Points
beside-period = When
beside-place = Where
beside-people = Of whom
beside-by = Made by
beside-n = { $n ->
    [one] 1 counted
   *[other] { $n } counted
}
beside-count = { $n ->
    [one] 1 request
   *[other] { $n } requests
}
beside-rate = { $n ->
    [one] { $rate } for every 1,000 people (1 request)
   *[other] { $rate } for every 1,000 people ({ $n } requests)
}
beside-from-to = { $from } – { $to }
beside-by-groups = Groups of users, each in agreement, with a trained facilitator
beside-by-senders = Residents who wrote
beside-source-users = Users
beside-source-provider = Provider
beside-source-survey = Survey
beside-source-requests = Requests
beside-source-official = Official figure
beside-people-users = Users of the facility
beside-people-residents = Residents
beside-people-senders = Those who wrote
beside-concept-same = The same
beside-concept-broader = Broader
beside-concept-narrower = Narrower
beside-concept-proxy = Near it
beside-concept-different = Something else
beside-pairs = How far they can be compared
beside-pairs-of = { $criterion }: how far they can be compared
beside-pair = Compared
beside-how = Comparable
beside-how-same = Same
beside-how-broader = Broader
beside-how-narrower = Narrower
beside-how-proxy = Proxy
beside-how-none = No
beside-gap = Gap, or why there is none
beside-sources = { $n ->
    [one] { $criterion }: what the one source says
   *[other] { $criterion }: what { $n } sources say, and how far they can be compared
}
beside-gap-of = { $pair }: { $gap }
beside-gap-alone = One source alone speaks of this; there is nothing to compare it with.
beside-gap-not-compared = What is said of this cannot be compared; below it says why.
beside-gap-refused = No gap is given.
beside-gap-none = Both the same.
beside-gap-above-wide = ▲ Wide gap: { $who } { $n } points higher.
beside-gap-below-wide = ▼ Wide gap: { $who } { $n } points lower.
beside-gap-above = { $who } { $n } points higher.
beside-gap-below = { $who } { $n } points lower.
beside-reason-same = Same criterion, place, time and people.
beside-reason-concept-broader = The second is about more than the first.
beside-reason-concept-narrower = The second is about less than the first.
beside-reason-concept-proxy = One of them measures something near the criterion, not the criterion itself.
beside-reason-concepts-apart = Each stands for the criterion in a way of its own, so the two are not about the same.
beside-reason-concept-different = One of them is about something else that only looks alike.
beside-reason-place-wider = The second is of a wider place.
beside-reason-place-smaller = The second is of a smaller place.
beside-reason-places-partly = The two places overlap only in part.
beside-reason-places-elsewhere = They are of different places.
beside-reason-places-far = { $n ->
    [one] Their places lie one level apart: what holds for the wider one says too little about the other.
   *[other] Their places lie { $n } levels apart: what holds for the wider one says too little about the other.
}
beside-reason-months-apart = { $n ->
    [one] About a month lies between them.
   *[other] About { $n } months lie between them.
}
beside-reason-years-apart = { $n ->
    [one] A year or more lies between them: much may have changed.
   *[other] { $n } years or more lie between them: much may have changed.
}
beside-reason-period-unknown = It is not known of which days one of them is.
beside-reason-people-more = The second is of more people than the first.
beside-reason-people-fewer = The second is of fewer people than the first.
beside-reason-people-chosen = One of them hears only people who chose to write.
beside-reason-no-points = The unit of one of them does not turn into points.
beside-reason-withheld = One of them is withheld so that nobody can be recognised.
beside-reason-missing = One of them has no number.
beside-about = How this is compared
beside-about-points = Scores are points from 0 to 100. Another number turns into points only where a data steward said which value stands at 0 and which at 100; otherwise it stands here in its own unit. A gap of 25 points or more is wide.
beside-about-how = Same: the same criterion, place, time and people. Broader or narrower: the second holds the first, or is a part of it. Proxy: near it. No: a comparison would mislead, and the reason stands in place of the gap – another thing, places two levels apart, a year or more between, a unit that does not turn into points.
beside-about-small = Scores are those that everybody may see: none before both sides agreed on a plan, and no small group apart.
beside-desk-title = Numbers beside score cards
beside-desk-lead = Which indicators and services say something about a standard criterion of a kind of facility. What you say here holds over what is shipped.
beside-desk-links = All links
beside-desk-one = Say something about a link
beside-desk-number = Number
beside-desk-kind = Kind of facility
beside-desk-standard = Criterion
beside-desk-source = Source
beside-desk-concept = Beside the criterion the number is
beside-desk-concept-hint = “Something else” shows the number and never compares it.
beside-desk-people = Of whom it is
beside-desk-turn = Points
beside-desk-turns = { $zero } stands at 0, { $hundred } at 100
beside-desk-turns-not = Not in points
beside-desk-note = How near it is, and why
beside-desk-note-hint = Everybody reads this beside the number.
beside-desk-said = Said
beside-desk-shipped = As shipped
beside-desk-kept-on = Kept on { $day }
beside-desk-withdrawn-on = Withdrawn on { $day }
beside-desk-choose = Choose
beside-desk-code = Code
beside-desk-code-hint = Of the indicator, such as 6.1.1; for requests, of the service, such as health-centre.
beside-desk-people-code = Indicator that counts people
beside-desk-people-code-hint = For requests only: then they are shown for every 1,000 people, otherwise as a count.
beside-desk-zero = Value that stands at 0 points
beside-desk-zero-hint = Leave this and the next empty if the number does not turn into points. It may be the larger one, as for days of waiting.
beside-desk-hundred = Value that stands at 100 points
beside-desk-keep = Keep this link
beside-desk-withdraw = Withdraw it
beside-desk-kept = What you said about the link holds from now on.
