# The home page, places, search, help, and the desk's front page.

site-home-title = Find your village. See its numbers.
site-home-lead = What was counted in { $owner }, who counted it, and what it shows. Open to everyone.
site-home-lead-nobody = What was counted here, who counted it, and what it shows. Open to everyone.
site-home-search = Name or code of a place
site-home-places = Or choose a place on the map.
site-home-map = { $place }: choose a place
site-home-numbers = Key numbers of { $place }
site-home-all-indicators = All indicators
site-home-latest = Newly published
site-home-all-data = All data
site-home-themes = Data by theme
site-home-search-data = Search the data
site-home-empty = Nothing is here yet. The map of your place, its key numbers and the newest data will stand here as soon as they are published.
site-home-begin-places = An operator imports the list of places:
site-home-begin-office = Add an office that publishes data
site-home-begin-people = Add the people who work here
site-home-begin-data = Enter a first dataset
site-home-voices = Villages and their people
site-home-how = From a house to a number

site-way-villages = Documents, budget and meetings of each village, and what is late.
site-way-proposals = What residents want done. Propose something, or support it.
site-way-goals = What villages choose to work for first, by a vote.
site-way-asks = And for how long each waits for an answer.
site-way-scorecards = What those who use a service say of it, and those who give it.
site-way-hotspots = One place at a time: its groups, and what they say.
site-way-facilitators = Which groups of which places were asked, and which were not.

site-step-record = Somebody says it
site-step-record-text = A household answers an enumerator’s questions, on paper, on a phone or in a browser.
site-step-table = It becomes a row
site-step-table-text = Answers are checked and kept in tables. Every version stays, so every number can be made again.
site-step-number = Rows become a number
site-step-number-text = A written definition says who is counted and how. Numbers that could point at a person are hidden.
site-step-page = Everybody can see it
site-step-page-text = Each number has a page with a map, a table and a download, and says where it comes from.

site-number-note = { $n ->
        [one] Of { $n } counted, { $period }
       *[other] Of { $n } counted, { $period }
    }
site-trend = From { $from } in { $then } to { $to } in { $now }
site-light-green = Good
site-light-yellow = Needs attention
site-light-red = Far from good
site-trend-better = Better than before
site-trend-worse = Worse than before
site-trend-steady = About the same as before

site-place-caption = { $level } · { $code }
site-place-described = Numbers, map and data of { $place }.
site-place-ended = This place ended on { $on }.
site-place-ended-sometime = This place is no longer in the list of places.
site-place-numbers = Key numbers
site-place-no-numbers = No numbers have been published for this place yet.
site-place-children = Places in { $place }
site-place-beside = { $place } and its neighbours
site-place-name = Place
site-place-map = { $name }, { $period }
site-place-map-described = A map of { $n ->
        [one] { $n } place
       *[other] { $n } places
    }. The table on this page has the same numbers.
site-place-map-plain = Map of { $place }
site-place-map-plain-described = The places in { $place }, with a link to each.
site-place-show-on-map = Show on the map
site-place-show = Show
site-place-data = Data about this place
site-place-take = Take it with you
site-place-take-text = These files hold what this page shows, for a spreadsheet, a program or a map.
site-place-collecting = Who is being counted
site-collected = { $done } of { $n ->
        [one] { $n } household group
       *[other] { $n } household groups
    } are done ({ $percent }).
site-collected-households = { $n ->
        [one] { $n } household has been counted.
       *[other] { $n } households have been counted.
    }

site-search-title = Search
site-search-for = Search: { $query }
site-search-nothing = Nothing was found. Try a part of the name, or another spelling.
site-search-places = Places
site-search-indicators = Indicators
site-search-datasets = Data
site-search-forms = Forms

site-about-title = About this site
site-about-lead = Here a local government and the people who live there collect evidence together, publish it, and keep the promises made because of it.
site-about-can = What you can do here
site-about-can-numbers = See the numbers of your village, and compare them with its neighbours.
site-about-can-take = Download every table and every number, and use them for anything.
site-about-can-trace = Follow each number back to the definition and the answers it was made from.
site-about-name = What the name means
site-about-name-text = Baraza is a Swahili word for the public meeting, often under a tree, where a community and its leaders talk and decide.
site-about-privacy = Your answers are protected
site-about-privacy-text = Names, telephone numbers and the place of your house are seen only by those who need them for their work. A number that rests on too few people is hidden, and so are the numbers it could be worked out from.
site-about-access = Made for everyone
site-about-access-text = The pages work on old phones, on slow connections, without JavaScript, with a keyboard and with a screen reader. They follow the Web Content Accessibility Guidelines 2.2 at level AA.
site-about-free = Free software
site-about-free-text = Baraza is free software under the Apache License 2.0. Every government and every community may use it, change it and pass it on.

site-methods-title = How a number is made
site-methods-lead = Every number on this site can be followed from the page back to the answers it rests on. These are the steps.
site-methods-ask = Somebody answers
site-methods-ask-text = An enumerator visits a household, or somebody fills in a form in the browser. The phone keeps the answers until this site has written them to disk and said so; nothing is lost on the way, and nothing is counted twice.
site-methods-check = The answers are checked
site-methods-check-text = The rules of the form are applied again when the answers arrive. An answer that breaks a rule is marked, never thrown away: a person decides what to do about it. A correction is a new version; the old one stays.
site-methods-table = Answers become rows
site-methods-table-text = Each household and each of its members becomes a row of a table. Every change makes a new version of the table, so a number of last year can be made again from the rows of last year.
site-methods-define = A definition says what is counted
site-methods-define-text = Each indicator has a written definition: which households or people belong to it (the denominator), which of those have what is asked about (the numerator), and how much each one weighs. The definition has a version, too, and stands on the indicator’s page.
site-methods-doubt = How sure the number is
site-methods-doubt-text = Beside most numbers stands an interval. If the count were repeated many times, 95 of 100 such intervals would hold the true value. For shares it is Wilson’s interval; for samples it takes account of how the households were chosen.
site-methods-hide = Small numbers are hidden
site-methods-hide-text = A number that rests on only a few people could point at one of them. It is hidden, and so is as much around it as is needed so that it cannot be worked out by subtraction. The result is checked by trying to work it out.
site-methods-publish = The number is published
site-methods-publish-text = The page shows the number with the versions it was made from. When the table changes, the number is made anew.
site-methods-reading = How to read the pages
site-methods-share = 72.4% (69.8%–74.9%)
site-methods-share-text = The number, and the interval that most likely holds the true value.
site-methods-hidden = withheld
site-methods-hidden-text = The number is known, but it is hidden to protect people. On a map it is hatched.
site-methods-none = no data
site-methods-none-text = Nobody has counted this here yet. On a map it is dotted.
site-methods-lights = What the lights mean
site-methods-lights-text = A number’s definition says from which value on it is good, and from which it is poor. Each light has its own shape, so that it can be told without colour.
site-methods-trends = How a number moves
site-methods-trends-text = The number is compared with the one of the period before. It counts as moved only when chance alone would hardly move it so far: when neither lies in the interval of the other.

site-developers-title = For developers
site-developers-lead = Everything on these pages is open to programs, through standards that many of them speak already.
site-developers-shapes = Add a suffix
site-developers-shapes-text = A page of data answers in other shapes when its address gets a suffix: .json, .csv and, where there is a map, .geojson. The query stays the same.
site-developers-faces = Standards
site-developers-face = Standard
site-developers-where = Address
site-developers-peers = Works with
site-developers-tokens = Tokens
site-developers-tokens-text = What is public needs no token. For the rest, make a token on <a class="govuk-link" href="/account">your account’s page</a> and send it as “Authorization: Bearer TOKEN”.
site-developers-problems = When something goes wrong
site-developers-problems-text = A refused request gets a problem document (RFC 9457) with one of these codes. The codes do not change.

site-desk-title = Desk
site-desk-organisations = Organisations
site-desk-organisations-about = Add and describe the offices that publish data.
site-desk-people = People
site-desk-people-about = Who may work here, and where.
site-desk-entities = Entity lists
site-desk-entities-about = See households, members and other things that forms keep up to date, and resolve conflicts.
site-desk-households = Households and duplicates
site-desk-households-about = People and households that may be in a list twice, and what changed since the last visit.
site-desk-forms = Forms
site-desk-forms-about = See what was sent, and who may fill a form.
site-desk-requests = Requests
site-desk-requests-about = What residents reported, the reddest first: answer, ask, pass on, close.
site-desk-calls = Calls
site-desk-calls-about = Somebody is on the line or at the counter: what they filed, what they say, filing for them.
site-desk-fill = Fill in a form
site-desk-fill-about = The forms that you may fill in here, in the browser.
site-desk-data = Data
site-desk-data-about = Send in a file, describe a dataset, say who may see a column.
site-desk-agencies = What offices answer for
site-desk-agencies-about = The numbers of an office, from which its light and its report cards are made.
site-desk-alerts = Alerts
site-desk-alerts-about = Numbers that you answer for and that need you now.
site-desk-facilitators = Facilitators
site-desk-facilitators-about = Who runs discussions, which groups were heard, and what is still to be asked.
site-desk-listening = Listening
site-desk-listening-about = Notes of focus groups and key informants, their coding and quotations, and reports of places.
site-desk-scorecards = Score cards
site-desk-scorecards-about = Rounds of community score cards: groups, provider, meeting, plan.
site-desk-skills = Training and seats
site-desk-skills-about = Keep the register of training, and look for seats for young people who agreed to it.
site-desk-beside = Numbers beside score cards
site-desk-beside-about = Which indicators and services say something about a criterion of score cards, and how near they are.
site-desk-villages = Villages
site-desk-villages-about = Documents due, budget, works and meetings of villages; each village's operator enters its own.
site-desk-proposals = Proposals
site-desk-proposals-about = What residents propose: count who supports it, say what it costs, take it or decline it.
site-desk-goals = The village's goals
site-desk-goals-about = Call a vote on what a village works for, type in what halls counted, close the count.
site-desk-asks = What villages ask for
site-desk-asks-about = Ask an organisation in your village's name, or answer what your organisation was asked.
site-desk-radio = Radio and hall dialogues
site-desk-radio-about = Note questions raised live as requests, and print what became of them for the next time.
site-desk-dashboards = Dashboards
site-desk-dashboards-about = Put numbers together on one page, for a meeting or for everybody.
site-desk-divisions = Other divisions of the land
site-desk-divisions-about = Say which places make health catchments, police sectors and school areas.
site-desk-sql = Questions in SQL
site-desk-sql-about = Ask the tables anything that you may read.
site-desk-jobs = Background work
site-desk-jobs-about = What is waiting, and what has failed.
site-desk-audit = Audit trail
site-desk-audit-about = Who changed what, when and why.
site-desk-done = Done
site-desk-going = Under way
site-desk-late = Late
site-desk-waiting = Not begun
site-desk-table = Places in { $place }: { $form }
site-desk-state = State
site-desk-covered = Groups covered
site-desk-filed = Filed
site-desk-flagged = With a mark
site-desk-last = Last filed
site-desk-map = Map of progress
site-desk-map-described = A map of the places by progress. The table below it has the same.
site-desk-rounds = Rounds
site-desk-nothing = Nothing has been counted here yet.
site-desk-messages = Messages
site-desk-messages-about = What was sent to people and written by them, and whether it arrived.
site-desk-meetings = Weekly meetings
site-desk-meetings-about = The pack of each meeting, the next one beforehand, and decisions to type in.
site-desk-commitments = Promises
site-desk-commitments-about = What your units promised, the late ones first.
site-desk-figures = Numbers to enter
site-desk-figures-about = What your office counts on paper, and what waits for a signature.
site-desk-indicators = Definitions of indicators
site-desk-indicators-about = Write what a number counts, try it on the tables, check and approve what others wrote.
site-desk-plans = Plans and notes
site-desk-plans-about = What your organisations will do about a number, and what they say about it.
site-desk-grades = Grades
site-desk-grades-about = The running month of every unit and district, before it is published.

site-data-error = Report an error in this data
site-data-error-lead = Say what is wrong, and in which row or column. Your report gets a code, an officer and a date to be answered by, like every request.
site-data-error-where = Where is the error?
site-data-error-whole = The dataset as a whole
site-data-error-what = What is wrong?
site-data-error-what-hint = Do not write names, numbers or addresses of people.
site-data-error-phone = Your mobile number (optional)
site-data-error-contact-hint = To be told what becomes of it. Nobody but who works on it sees it.
site-data-error-email = Your e-mail address (optional)
site-data-error-send = Report it
site-data-error-closed = Errors cannot be reported here. Ask the organisation that publishes the data.
site-data-error-write = Write to whoever answers for this data:
site-data-error-back = Back to the data
site-data-error-filed = Your report is filed
site-data-error-code = Your code is
site-data-error-key = Your key
site-data-error-key-once = Write both down. The key is shown this once; with it you say whether the error is settled.
site-data-error-follow = Look at your report
site-data-reports = Errors reported in your data
site-data-reports-lead = What people reported about data that you decide about, and nobody has answered yet, the oldest first. Whoever has a report answers it; its page says how it stands.
site-data-reports-none = No report waits for an answer.
site-data-reports-n = { $n ->
    [one] { $n } error reported in data waits for an answer, for { $age }
   *[other] { $n } errors reported in data wait for an answer, the oldest for { $age }
}
site-data-reports-data = Data
site-data-reports-code = Report
site-data-reports-filed = Reported on
site-data-reports-stands = How it stands
site-data-reports-whose = Who has it
site-desk-contributions = What readers send
site-desk-contributions-about = Data that people ask for, comments and showcases: read them, answer, promise.

problem-data-errors-closed = Errors in data cannot be reported here: the service “open-data” is not offered.
