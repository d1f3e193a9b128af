# What everybody sees of requests: the list, the map, the lights over time.

requests-board-title = What residents told us
requests-board-lead = Everything residents brought, and how long it has waited. Each request has a light that nobody can change: it turns by itself.
requests-board-tell = Tell us something
requests-board-follow = Follow a request by its code
requests-board-follow-hint = Eight letters and digits, like K7MQ-4XTD
requests-board-follow-button = Follow
requests-board-empty = Nobody has told us anything yet. Be the first: it takes a minute, and you need no account.
requests-board-lights = How things stand
requests-board-list = Requests
requests-board-said =
    { $n ->
        [one] { $n } request, as of { $at }.
       *[other] { $n } requests, as of { $at }.
    }
requests-board-none = No request fits. Take away a filter, or look in a larger place.
requests-board-narrow = Choose what is shown
requests-board-show = Show
requests-board-all = Show everything
requests-board-first = Back to the newest
requests-board-next = Older requests
requests-board-ago = filed { $span } ago
requests-board-supporters =
    { $n ->
        [one] { $n } person says: me too
       *[other] { $n } people say: me too
    }
requests-board-confidential = Confidential requests are in no list, on no map and in no count here.
requests-board-rounded = Marks show the street, not the house.

requests-board-service = Service
requests-board-place = Place
requests-board-agency = Unit
requests-board-light = Light
requests-board-state = State
requests-board-kind = Kind
requests-board-from = Filed from
requests-board-to = Filed until
requests-board-any-service = All services
requests-board-any-place = Everywhere
requests-board-any-agency = All units
requests-board-any-light = All lights
requests-board-any-state = All states
requests-board-any-kind = Complaints and wishes
requests-board-group = All of: { $group }
requests-board-unfinished = Everything not closed
requests-board-closed = Closed
requests-board-everywhere = All places

requests-board-to-list = See the list
requests-board-to-map = See the map
requests-board-to-lights = See lights over time and response times
requests-board-to-grades = See the grades of the units

requests-board-map = Map
requests-board-map-title = Requests in { $place }
requests-board-map-lead = Where requests wait, place by place.
requests-board-map-said =
    { $n ->
        [one] { $n } request waits in { $place }, as of { $at }.
       *[other] { $n } requests wait in { $place }, as of { $at }.
    }
requests-board-map-caption = { $what } in { $place }
requests-board-map-described = Places in { $place }. The table beside the map has the same figures.
requests-board-shows = Shade the places by
requests-board-shade-open = Not closed
requests-board-shade-yellow = Yellow lights
requests-board-shade-red = Red lights
requests-board-column-yellow = Yellow
requests-board-column-red = Red
requests-board-column-blue = Finished
requests-board-rest = Elsewhere, or not said more closely
requests-board-mark = { $service }, { $light } ({ $code })

requests-board-lights-title = Lights over time and response times
requests-board-lights-lead = How many requests came and went each week, how many were yellow or red at its end, and how long residents waited for a proper answer.
requests-board-over-time = Week by week
requests-board-weeks = Weeks to look back
requests-board-weeks-n = { $n } weeks
requests-board-stock = Not closed, yellow and red at each week’s end
requests-board-flow = Filed and closed in each week
requests-board-by-week = Requests by week
requests-board-week-end = Week until
requests-board-column-opened = Filed
requests-board-column-closed = Closed
requests-board-spans = How long it takes
requests-board-answer-title = Until the first proper answer
requests-board-answer-said =
    { $n ->
        [one] { $n } request was answered properly, after { $median } days.
       *[other] { $n } requests were answered properly: half of them within { $median } days, nine in ten within { $most } days.
    }
requests-board-answer-none = No request was answered properly yet.
requests-board-close-title = Until it was closed
requests-board-close-said =
    { $n ->
        [one] { $n } request was closed, after { $median } days.
       *[other] { $n } requests were closed: half of them within { $median } days, nine in ten within { $most } days.
    }
requests-board-close-none = No request was closed yet.
requests-board-took = It took
requests-board-number = Requests
requests-board-within =
    { $to ->
        [one] Up to { $to } day
       *[other] Up to { $to } days
    }
requests-board-between = { $from } to { $to } days
requests-board-beyond = More than { $from } days
requests-board-waiting = Still waiting
requests-board-by-agency = By unit
requests-board-by-service = By service
requests-board-by-place = By place
requests-board-answer-median = Answer: half within, days
requests-board-answer-most = Answer: nine in ten within, days
requests-board-close-median = Close: half within, days
requests-board-close-most = Close: nine in ten within, days
requests-board-column-confidential = Confidential, at least
requests-board-confidential-units = How many confidential requests a unit has is told in steps of ten, and only from ten on.
requests-board-how = Days run day and night from filing. What still waits is counted apart. Requests that were withdrawn or joined to another count in the lights, and not in the time until closing.

requests-board-search-words = report reports request requests complain complaint complaints problem pothole wish idea follow tell
requests-board-door = What residents told us
requests-board-door-text = How requests in { $place } stand now.
requests-board-door-all = How requests stand now.
requests-board-door-list = See the requests
requests-board-door-map = See them on the map

problem-requests-board-choice = Choose one from the list.
problem-requests-board-date = Enter a date, like 2026-11-21.
problem-requests-board-dates = The last day cannot lie before the first.
problem-requests-board-limit = Ask for 1 to 1000 requests at once.
