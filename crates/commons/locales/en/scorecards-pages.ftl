# Score cards as everybody reads them.
scorecards-pages-title = Community score cards
scorecards-pages-lead = The people who use a service score it, those who give it score it too, and both meet and agree on what is to be done.
scorecards-pages-what = What a score card is
scorecards-pages-what-groups = Groups of users – women, men, young people, older people, people with disabilities, and groups the community names itself – each meet alone. Each finds its own criteria and agrees on one score for each, from 0 to 100, with its reason. No score is anybody’s own.
scorecards-pages-what-provider = Those who give the service score themselves without seeing what users said. In a meeting both are shown together for the first time, and promises are made with an owner and a date. After six months there is another round.
scorecards-pages-what-small = A small group is never shown apart: small groups are shown together as “other groups”, or left out.
scorecards-pages-map = What users say of the facilities, from 0 to 100 points
scorecards-pages-map-how = Each place shows the middle of what users said of its facilities when each was last agreed on. Groups that are too small are not in it. The list below says the same.
scorecards-pages-none = No facility is like this. Choose another place, kind or state.
scorecards-pages-facilities = Facilities
scorecards-pages-facility = Facility
scorecards-pages-kind = Kind
scorecards-pages-kind-clinic = Clinic
scorecards-pages-kind-school = School
scorecards-pages-kind-licensing = Licensing desk
scorecards-pages-kind-water = Water point
scorecards-pages-kind-market = Market
scorecards-pages-kind-other = Other
scorecards-pages-any-kind = All kinds
scorecards-pages-place = Place
scorecards-pages-everywhere = Everywhere
scorecards-pages-serves = Serves
scorecards-pages-by = Run by
scorecards-pages-latest = Latest round
scorecards-pages-round = Round { $n }
scorecards-pages-round-head = Round
scorecards-pages-round-of = { $facility }: round { $n }
scorecards-pages-n-rounds = Rounds
scorecards-pages-day = Day
scorecards-pages-state = State
scorecards-pages-any-state = All states
scorecards-pages-state-none = No round yet
scorecards-pages-state-planned = Planned
scorecards-pages-state-gathering = Groups meet
scorecards-pages-state-meeting = In the meeting
scorecards-pages-state-agreed = Plan agreed
scorecards-pages-state-closed = Closed
scorecards-pages-state-cancelled = Cancelled
scorecards-pages-means-planned = This round is planned. Nobody has scored yet.
scorecards-pages-means-gathering = Groups and provider score apart from each other. Nothing is shown before they meet.
scorecards-pages-means-meeting = Both sides meet. The results are shown here when they have agreed on a plan.
scorecards-pages-means-agreed = Both sides met and agreed on a plan. These are the results and the promises.
scorecards-pages-means-closed = The plan was followed up and the round is closed.
scorecards-pages-means-cancelled = This round was cancelled.
scorecards-pages-why-cancelled = The reason: { $why }
scorecards-pages-why-absent = The provider did not score: { $why }
scorecards-pages-planned-on = Planned for
scorecards-pages-met-on = Meeting on
scorecards-pages-next-on = Next round
scorecards-pages-came = Came to the meeting
scorecards-pages-results = Results by criterion
scorecards-pages-results-how = Points from 0 to 100. “All users” is the middle of the groups shown. A gap of 25 points or more is wide: ▲ the provider sees it better than users, ▼ worse.
scorecards-pages-criterion = Criterion
scorecards-pages-group = Group
scorecards-pages-group-with = { $n ->
    [one] { $group }: one person
   *[other] { $group }: { $n } people
}
scorecards-pages-n-people = { $n ->
    [one] one person
   *[other] { $n } people
}
scorecards-pages-users = All users
scorecards-pages-provider = Provider
scorecards-pages-others = Other groups
scorecards-pages-gap = Gap
scorecards-pages-gap-none = Both the same
scorecards-pages-gap-above-wide = ▲ Wide gap: provider { $n } points higher
scorecards-pages-gap-below-wide = ▼ Wide gap: provider { $n } points lower
scorecards-pages-gap-above = Provider { $n } higher
scorecards-pages-gap-below = Provider { $n } lower
scorecards-pages-face = { $value } (face { $face } of 5)
scorecards-pages-left-out = { $n ->
    [one] One group was heard and is not shown, because it is small.
   *[other] { $n } groups were heard and are not shown, because they are small.
}
scorecards-pages-took-part = Who took part
scorecards-pages-reasons = Reasons and suggestions
scorecards-pages-in-their-words = In their words: { $words }
scorecards-pages-because = Reasons
scorecards-pages-suggested = Suggestions
scorecards-pages-provider-said = What the provider said
scorecards-pages-promises = Promises
scorecards-pages-promises-none = Nothing has been promised yet.
scorecards-pages-all-rounds = All rounds of this facility
scorecards-pages-poster = Results as a poster (PDF)
scorecards-pages-take = Take the data with you
scorecards-pages-gone = This facility is not in use at present.
scorecards-pages-beside = Beside the survey, requests and official figures
scorecards-pages-rounds = Rounds
scorecards-pages-rounds-none = There has been no round yet.
scorecards-pages-trend = How scores moved
scorecards-pages-trend-of = { $criterion } from round to round
scorecards-pages-trend-described = A line for all users, one for the provider and one for each group, in points from 0 to 100. The same numbers stand in the table.
scorecards-pages-trend-all = All criteria and groups
scorecards-pages-show = Show
