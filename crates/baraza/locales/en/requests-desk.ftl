# The desk of requests: queue, one request, templates, checks.

problem-requests-desk-moment-malformed = Enter day and time, like 2026-11-21T09:30.
problem-requests-desk-template-unknown = There is no such template for this unit. Choose one from the list.
problem-requests-desk-placeholder-unknown = { "{" }{ $name }{ "}" } means nothing here. A text may have { "{code}" }, { "{place}" }, { "{service}" } and { "{date}" }.
problem-requests-desk-none-ticked = No request was ticked. Go back and tick those it is about.
problem-requests-desk-too-many = More than { $most } requests were ticked. Do it in several goes.
problem-requests-desk-no-act = Choose what is to be done with the ticked requests.
problem-requests-desk-choose-one = Choose one.
problem-live-full = Too many pages are listening for news. This page works without: load it again to see what is new.

requests-desk-title = Requests
requests-desk-tabs = Which requests
requests-desk-tab-all = All open
requests-desk-tab-mine = Mine
requests-desk-tab-unassigned = Not given to a post
requests-desk-tab-waiting = Waiting for the resident
requests-desk-tab-transfers = Passing on to decide
requests-desk-tab-special = Special closes to decide
requests-desk-tab-watched = Watched
requests-desk-tab-finished = Finished
requests-desk-lights = By light
requests-desk-light-any = All lights
requests-desk-light-red = Red
requests-desk-light-yellow = Yellow
requests-desk-light-white = In time
requests-desk-to-queue = To the list
requests-desk-to-bulk = To the steps for several
requests-desk-to-filters = To the filters
requests-desk-service = Service
requests-desk-place = Place
requests-desk-level = Level
requests-desk-order = Order
requests-desk-order-urgent = Red first, then the nearest limit
requests-desk-order-oldest = Oldest first
requests-desk-order-newest = Newest first
requests-desk-order-level = Highest level first
requests-desk-any = All
requests-desk-choose = Choose
requests-desk-show = Show
requests-desk-go-to = Go to a code
requests-desk-go = Go
requests-desk-n =
    { $n ->
        [0] No request
        [one] { $n } request
       *[other] { $n } requests
    }
requests-desk-empty = Nothing lies here.
requests-desk-queue = The list
requests-desk-pick = Tick { $code }
requests-desk-age = Filed { $span } ago
requests-desk-left = { $span } left. { $next }
requests-desk-red-for = Red for { $span }
requests-desk-mark-confidential = Confidential
requests-desk-mark-reopened =
    { $n ->
        [one] Reopened once
       *[other] Reopened { $n } times
    }
requests-desk-mark-supporters =
    { $n ->
        [one] { $n } more person
       *[other] { $n } more people
    }
requests-desk-mark-transfers =
    { $n ->
        [one] Passed on once
       *[other] Passed on { $n } times
    }
requests-desk-older = Older ones
requests-desk-kind-proper = { $kind } (answers the matter: the clock stops)
requests-desk-kind-improper = { $kind } (no proper answer: the clock goes on)

requests-desk-news-one = 1 new request.
requests-desk-news = { $n } new requests.
requests-desk-refresh = Show what is new
requests-desk-more = More
requests-desk-door-templates = Templates for answers
requests-desk-door-checks = Special closes to check
requests-desk-door-calls = Calls
requests-desk-door-settings = Profiles, services, posts
requests-desk-keys = Keys
requests-desk-keys-lead = With JavaScript these keys work outside of fields. Everything can be reached with Tab too.
requests-desk-keys-move = next and previous request
requests-desk-keys-pick = tick the request
requests-desk-keys-open = open the request
requests-desk-keys-bulk = to the steps for several

requests-desk-bulk = For all that are ticked
requests-desk-bulk-lead = Each request is tried by itself. The next page says of each whether it went through, and why not.
requests-desk-bulk-verify = Accept those ticked
requests-desk-bulk-assign = Give those ticked to the post
requests-desk-bulk-answer = Answer those ticked
requests-desk-bulk-template-hint = Filled in for each request, in its resident’s language. The text below is then not used.
requests-desk-bulk-ask = Ask the residents of those ticked
requests-desk-bulk-join = Join those ticked
requests-desk-bulk-title = Several requests
requests-desk-bulk-said = { $done } of { $n } went through.
requests-desk-bulk-refused = Did not go through
requests-desk-bulk-refused-lead = Nothing was changed in these.
requests-desk-bulk-done = Went through
requests-desk-back = Back to the requests

requests-desk-matter = Request { $code }
requests-desk-said-by-resident = What the resident wrote
requests-desk-steps = What can be done now
requests-desk-to-steps = To what can be done
requests-desk-timeline = What happened
requests-desk-internal = Internal
requests-desk-facts = About it
requests-desk-contact = Who filed it
requests-desk-contact-none = Nobody left a name or a number.
requests-desk-contact-hidden = The name is not shown: it is confidential, or you are not of the unit.
requests-desk-spoken = To read aloud
requests-desk-clock = The clock
requests-desk-transfers = Passing on
requests-desk-joined = Joined to this one
requests-desk-links = Linked
requests-desk-public = As everybody sees it
requests-desk-watch = Watch
requests-desk-unwatch = Watch no longer
requests-desk-similar = Perhaps about the same
requests-desk-similar-near = { $metres } metres away, filed { $age } ago.
requests-desk-similar-place = In the same place, filed { $age } ago.
requests-desk-join-this = Join this one to { $code }
requests-desk-photo =
    { $seen ->
        [all] Photo of { $at }
       *[unit] Photo of { $at }, for the unit only
    }
requests-desk-kind = Kind
requests-desk-unit = Unit
requests-desk-post = Post
requests-desk-post-none = No post on this level
requests-desk-post-vacant = { $post } (vacant, no deputy)
requests-desk-channel = Came
requests-desk-privacy = Name
requests-desk-language = Language of the resident
requests-desk-address = Address
requests-desk-position = Position
requests-desk-name = Name
requests-desk-phone = Telephone
requests-desk-email = Email
requests-desk-clock-opened = Filed
requests-desk-clock-restarted = Clock started anew
requests-desk-clock-verify = To be looked at by
requests-desk-clock-verified = Looked at
requests-desk-clock-answer = To be answered by
requests-desk-clock-answered = First proper answer
requests-desk-clock-finish = To be finished by
requests-desk-clock-yellow = Yellow
requests-desk-clock-red = Red
requests-desk-clock-step = Goes to { $level }
requests-desk-clock-stopped = Stands still since
requests-desk-clock-stood = Has stood still for
requests-desk-clock-waits = Waits until
requests-desk-clock-closed = Closed
requests-desk-transfer =
    { $decided ->
        [yes] { $at }: from { $from } to { $to }, approved. Spoken with the resident { $spoken }: “{ $said }”. { $note }
        [no] { $at }: from { $from } to { $to }, turned down. Spoken with the resident { $spoken }: “{ $said }”. { $note }
       *[open] { $at }: from { $from } to { $to }, waits for a decision. Spoken with the resident { $spoken }: “{ $said }”. { $note }
    }
requests-desk-link-commitment = Promise: { $promise } (by { $due })
requests-desk-link-joined = Joined to { $code }

requests-desk-step-verify = Accept
requests-desk-lead-verify = You have looked at it and the unit takes it on. The resident sees it.
requests-desk-step-answer = Answer
requests-desk-lead-answer = Only an answer to the matter stops the clock: what was done, what will be done and when, or why it cannot be. “We have received it” is sent and changes nothing.
requests-desk-answer-kind = Kind of answer
requests-desk-answer-kind-hint = The clock goes on unless the answer is a proper one.
requests-desk-text = Text to the resident
requests-desk-answer-hint = Everybody reads it. A proper answer has at least { $least } characters. The resident reads { $language }.
requests-desk-template = Template
requests-desk-template-hint = Choose one, then press “Fill in the template”: nothing is sent yet.
requests-desk-use-template = Fill in the template
requests-desk-step-ask = Ask the resident, or wait
requests-desk-lead-ask = The clock stands still, visibly, up to the limit of the reason. Then it goes on by itself.
requests-desk-reason = Reason
requests-desk-ask-until = Until { $until } at the latest
requests-desk-ask-left =
    { $n ->
        [one] One pause is left for this request.
       *[other] { $n } pauses are left for this request.
    }
requests-desk-question = What you ask or wait for; the resident reads it
requests-desk-step-hear = What was waited for has come
requests-desk-lead-hear = The clock goes on.
requests-desk-heard = What was heard
requests-desk-step-assign = Give to a post
requests-desk-lead-assign = It goes to the post, whoever holds it. The resident does not see this.
requests-desk-step-escalate = Take a level up
requests-desk-lead-escalate = The level above gets it now. The resident sees it.
requests-desk-note = Note; everybody reads it
requests-desk-step-send-back = Send back a level
requests-desk-lead-send-back = The level below gets it again, with your reason. The lights do not change.
requests-desk-step-transfer = It belongs to another unit
requests-desk-lead-transfer = Speak with the resident first. Somebody else of the approving level decides. The lights do not start anew, and how often it was passed on is counted.
requests-desk-transfer-to = The unit it belongs to
requests-desk-spoken-at = When you spoke with the resident
requests-desk-spoken-at-hint = Empty: just now.
requests-desk-said = What the resident said
requests-desk-transfer-note = Why it belongs there
requests-desk-least = At least { $least } characters.
requests-desk-step-transfer-yes = Pass it on
requests-desk-lead-transfer-yes = It goes to the other unit as proposed.
requests-desk-step-transfer-no = Keep it here
requests-desk-lead-transfer-no = It stays with this unit. The proposal is turned down.
requests-desk-why-not = Why not
requests-desk-step-special = Propose to close without the resident’s yes
requests-desk-lead-special = The resident is told now, and has the notice to object. Somebody else of the approving level decides. The clock goes on until then.
requests-desk-special-text = What the resident is told
requests-desk-step-special-yes = Close without the resident’s yes
requests-desk-lead-special-yes = You sign for it. Some of these are checked by somebody from outside.
requests-desk-signature = Your name and office
requests-desk-special-say = What everybody reads
requests-desk-step-special-no = Do not close it
requests-desk-lead-special-no = It goes on as if nothing had been proposed.
requests-desk-step-join = Join to another request
requests-desk-lead-join = For two about the same matter: this one is closed, the other one’s clock counts for both, and both residents are told.
requests-desk-join-into = Code of the other request
requests-desk-step-note = Write an internal note
requests-desk-lead-note = Only staff reads it.
requests-desk-note-text = Note
requests-desk-waits-own = What you proposed waits for somebody else’s decision.
requests-desk-waits-transfer = Somebody proposed to pass it on. { $level } or above decides.
requests-desk-waits-special = Somebody proposed to close it without the resident’s yes. { $level } or above decides.
requests-desk-waits-propose = Closing without the resident’s yes is proposed by { $level } or above.

requests-desk-done-verify = Accepted.
requests-desk-done-assign = Given to the post.
requests-desk-done-answer = Answered. The clock stands still until the resident has said yes or no.
requests-desk-done-answer-improper = Sent. This does not answer the matter: the clock goes on.
requests-desk-done-ask = Asked. The clock stands still.
requests-desk-done-hear = The clock goes on.
requests-desk-done-escalate = Taken a level up.
requests-desk-done-send-back = Sent back a level.
requests-desk-done-transfer = Proposed. Somebody else decides.
requests-desk-done-transfer-yes = Passed on.
requests-desk-done-transfer-no = It stays here.
requests-desk-done-special = Proposed, and the resident was told. Somebody else decides.
requests-desk-done-special-yes = Closed without the resident’s yes.
requests-desk-done-special-no = It goes on.
requests-desk-done-join = Joined.
requests-desk-done-note = Noted.
requests-desk-done-watch = You watch this request now: it stands under “Watched”.
requests-desk-done-unwatch = You watch it no longer.

requests-desk-templates = Templates for answers
requests-desk-templates-lead = Texts your unit sends often. What is in braces is filled in for each request, in the resident’s language.
requests-desk-templates-none = Your unit has no templates yet.
requests-desk-template-new = New template
requests-desk-template-change = Change the template
requests-desk-template-title = What your colleagues call it
requests-desk-template-title-hint = For example: lamp replaced
requests-desk-template-close = Offer no longer
requests-desk-placeholders = { $code } becomes the tracking code, { $place } the place, { $service } the service and { $date } today’s date.
requests-desk-text-in = Text in { $language }
requests-desk-save = Save

requests-desk-checks = Special closes to check
requests-desk-checks-lead = Requests that were closed without the resident’s yes, drawn by chance. Ask the resident or look at the place; what you find is published and counts in the unit’s grade.
requests-desk-checks-waiting = To be checked
requests-desk-checks-none = Nothing waits to be checked.
requests-desk-checks-settled = Checked
requests-desk-check-drawn = drawn on { $at }
requests-desk-check-look = Look at { $code }
requests-desk-check-found = What did you find?
requests-desk-check-good = It was rightly closed
requests-desk-check-bad = It was badly closed
requests-desk-check-note = What you saw or were told; everybody reads it
