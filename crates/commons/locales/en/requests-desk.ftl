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
requests-desk-privacy = Who learns the name
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

problem-requests-desk-place-several = Several places have this name. Choose one.
problem-requests-desk-no-text = This file is no text. Choose a TOML file.
problem-requests-desk-person-unknown = Nobody has an account with this email address.
problem-requests-desk-away-backwards = Enter the last day away; it cannot lie before the first.

requests-desk-calls = Calls
requests-desk-call-look-up = Look up
requests-desk-call-history = What this person filed
requests-desk-call-nobody = Enter the caller’s number. Looking somebody up is written into the audit trail.
requests-desk-call-none = Nothing was filed with this number that you may see.
requests-desk-call-say = What the caller says to { $code }
requests-desk-call-text = In the caller’s words
requests-desk-call-yes = It is settled
requests-desk-call-no = It is not settled
requests-desk-call-add = Add this
requests-desk-call-withdraw = Withdraw
requests-desk-call-reopen = Reopen
requests-desk-call-watch = Send text messages about it
requests-desk-called-yes = { $code }: the caller’s yes is written down.
requests-desk-called-no = { $code }: the caller’s no is written down. It goes on one level up.
requests-desk-called-add = { $code }: added.
requests-desk-called-withdraw = { $code }: withdrawn.
requests-desk-called-reopen = { $code }: reopened.
requests-desk-called-watch = { $code }: the caller gets text messages about it.
requests-desk-called-me-too = { $code }: the caller is counted.
requests-desk-call-file = File for somebody
requests-desk-call-place-hint = Name of the village or town, or its code.
requests-desk-call-which-place = Which of these?
requests-desk-call-address-hint = Street, landmark: so that somebody finds it.
requests-desk-call-description = What the caller says
requests-desk-call-send = File it
requests-desk-call-similar = Ask the caller: is it one of these?
requests-desk-call-me-too = Yes, { $code }: count the caller
requests-desk-call-other = No, it is something else: file it
requests-desk-call-done = Filed. Read this to the caller:
requests-desk-call-code = Code
requests-desk-call-key = Key, for the caller only
requests-desk-call-filed = { $unit } takes care of it.
requests-desk-call-filed-until = { $unit } takes care of it and answers by { $until }.

requests-desk-settings = Settings of requests
requests-desk-settings-lead = By which rules requests run, what can be asked for, who is responsible.
requests-desk-set-profiles = Profiles
requests-desk-set-services = Services
requests-desk-set-posts = Posts
requests-desk-set-appeals = Asked to be let through
requests-desk-why = Why; it stands in the audit trail
requests-desk-load = Put in force
requests-desk-file = File
requests-desk-file-hint = A TOML text. It is used instead of what is typed below.
requests-desk-toml = Text (TOML)
requests-desk-in-force = In force
requests-desk-profiles-lead = A profile says when lights turn, how requests climb, what counts as an answer and how they are closed. Requests keep the version they were filed under; another one holds for those filed from then on.
requests-desk-profile-load = Another version
requests-desk-check-text = Check and compare
requests-desk-checked = { $title } can be read
requests-desk-diff = What differs
requests-desk-diff-none = It is the same as the version in force, or the first of its name.
requests-desk-diff-checked = Against the version in force: − goes, + comes. Nothing is changed yet.
requests-desk-diff-before = What this version changed in the one of { $at }: − went, + came.
requests-desk-diff-after = What the version in force changed in this one: − went, + came.
requests-desk-shipped = Those that come with the program
requests-desk-load-one = Put { $title } in force
requests-desk-loaded = Loaded { $at }.
requests-desk-older-version = An older version: requests filed under it still run by it.
requests-desk-chapter-clock = Lights and promises
requests-desk-chapter-ladder = Ladder
requests-desk-chapter-answers = Answers
requests-desk-chapter-pauses = Pauses
requests-desk-chapter-closing = Closing and passing on
requests-desk-chapter-rest = Filing, meeting, grades
requests-desk-rule-yellow = Yellow
requests-desk-rule-red = Red
requests-desk-rule-verify = Looked at
requests-desk-rule-answer = Answered
requests-desk-rule-finish = Finished
requests-desk-rule-none = not laid down
requests-desk-rule-any = as many as they like
requests-desk-rule-automatic = Goes up by itself: { $span }.
requests-desk-rule-by-hand = Goes up only by hand, for: { $reasons }.
requests-desk-rule-top = The highest level.
requests-desk-rule-sends-back = May send back.
requests-desk-rule-notice = Told before a step
requests-desk-rule-proper = Stops the clock
requests-desk-rule-improper = Does not stop it
requests-desk-rule-least = Length of an answer that stops it
requests-desk-rule-most-pauses = Most pauses of one request
requests-desk-rule-silence = Closes when the resident is silent
requests-desk-rule-said = Which the resident is told so
requests-desk-rule-reopen = Can be reopened
requests-desk-rule-special-propose = Closing without the yes: proposed by
requests-desk-rule-special-approve = Decided by
requests-desk-rule-special-reasons = For
requests-desk-rule-special-notice = After the resident was told
requests-desk-rule-sample = Checked by somebody from outside
requests-desk-rule-transfer = Passing on to another unit is decided by
requests-desk-rule-a-day = Requests of one person in a day
requests-desk-rule-meeting = Weekly meeting
requests-desk-rule-grade = Points of the grade
requests-desk-rule-zone = Time zone
requests-desk-measure-satisfaction = Closed with the resident’s yes
requests-desk-measure-old-stock = Old ones closed with the yes
requests-desk-measure-quality = Closed without a fault
requests-desk-measure-attention = Looked at in time
requests-desk-weekday-1 = Monday
requests-desk-weekday-2 = Tuesday
requests-desk-weekday-3 = Wednesday
requests-desk-weekday-4 = Thursday
requests-desk-weekday-5 = Friday
requests-desk-weekday-6 = Saturday
requests-desk-weekday-7 = Sunday
requests-desk-span-end-of-day =
    { $n ->
        [one] end of the next day
       *[other] end of day { $n }
    }
requests-desk-span-end-of-working-day =
    { $n ->
        [one] end of the next working day
       *[other] end of working day { $n }
    }
requests-desk-span-working-days =
    { $n ->
        [one] { $n } working day
       *[other] { $n } working days
    }
requests-desk-span-working-hours =
    { $n ->
        [one] { $n } working hour
       *[other] { $n } working hours
    }
requests-desk-span-working-minutes =
    { $n ->
        [one] { $n } working minute
       *[other] { $n } working minutes
    }
requests-desk-services-lead = What residents can ask for, by which profile, and which unit is responsible where.
requests-desk-services-none = There are no services yet: load a file, or the examples.
requests-desk-services-load = Add or change services
requests-desk-services-sample = Load the examples
requests-desk-service-closed = takes no new requests
requests-desk-service-facts = Group: { $group }. Profile: { $profile }.
requests-desk-service-confidential = Confidential unless the resident says otherwise.
requests-desk-service-open = Take requests again
requests-desk-service-close = Take no new requests
requests-desk-posts-lead = Requests go to posts, not to persons. The deputy acts while a post is vacant or its holder is away.
requests-desk-posts-none = There is no post here yet.
requests-desk-post-new = Add a post
requests-desk-post-add = Add the post
requests-desk-post-title = Title
requests-desk-post-place-hint = The post is for this place with all below it. Empty: everywhere.
requests-desk-post-lead = { $unit }, level { $level }, { $place }
requests-desk-post-close = The post is no more
requests-desk-everywhere = everywhere
requests-desk-holder = Holder
requests-desk-deputy = Deputy
requests-desk-acting = Acts now
requests-desk-vacant = nobody
requests-desk-away = (away { $from } to { $until })
requests-desk-holder-email = Email of the holder
requests-desk-holder-hint = Empty: the post is vacant.
requests-desk-deputy-email = Email of the deputy
requests-desk-deputy-hint = Acts while the post is vacant or the holder is away.
requests-desk-away-from = First day away
requests-desk-away-until = Last day away
requests-desk-appeals-lead = People who filed as many requests in a day as the profile allows, and ask for more. You see what they write, not who they are.
requests-desk-appeals-none = Nobody asks.
requests-desk-appeal-asked = Asked { $at }
requests-desk-appeal-until = Let through until the end of
requests-desk-appeal-grant = Let through
requests-desk-appeal-refuse = Turn down

problem-requests-desk-no-picture = This is no picture that can be read. Choose a JPEG, PNG or WebP file.
requests-desk-photo-add = Add a photo
requests-desk-photo-file = Photo
requests-desk-photo-hint = Up to 10 MB. Place, time and device are taken out of the file. Show no faces and number plates that need not be seen.
requests-desk-photo-seen = Who sees it
requests-desk-photo-unit = The unit and the resident
requests-desk-photo-all = Everybody
requests-desk-done-photo = The photo was added.
