# Requests: what goes wrong when filing, following and working on them.

problem-requests-unknown = There is no request with the code { $code }. Check it letter by letter: a code never has 0, O, 1, I or L.
problem-requests-service-missing = Choose what it is about.
problem-requests-service-unknown = There is no service with the code “{ $service }”. Choose one from the list.
problem-requests-service-closed = This service takes no new requests at the moment.
problem-requests-text-missing = Write something.
problem-requests-position-malformed = This is no position. Latitude goes from −90 to 90, longitude from −180 to 180.
problem-requests-position-outside = This position is outside the area of this government. Choose a place from the list, or move the marker.
problem-requests-place-missing = Say where it is: choose a place, or a point on the map.
problem-requests-place-unknown = There is no such place today. Choose one from the list.
problem-requests-phone-malformed = Enter a telephone number of 7 to 15 digits, like 0812 3456 7890.
problem-requests-attribute-missing = Answer this question.
problem-requests-attribute-not-listed = Choose one of the listed answers.
problem-requests-attribute-several = Give one answer only.
problem-requests-attribute-no-number = Enter a number, like 2.5
problem-requests-attribute-no-date = Enter a date, like 2026-11-21
problem-requests-limit = You have filed { $most } requests today, which is the most one person may file in a day. File the next one tomorrow, or ask to be let through.
problem-requests-key-wrong = This is not the key of this request. It was given to you when you filed it; it has six letters and digits.
problem-requests-key-wait = There were too many wrong keys. Wait an hour, then try again.
problem-requests-not-yours = This request was filed by somebody else. Use the key you were given when you filed yours.
problem-requests-not-now =
    { $state ->
        [new] This cannot be done while nobody has looked at the request yet.
        [open] This cannot be done while the request is being worked on.
        [answered] The request was answered and waits for the resident’s yes or no.
        [paused] The request waits for something. This can be done when its clock goes on.
        [special-proposed] A special close was proposed. Decide that first.
       *[closed] The request is closed. It can only be reopened.
    }
problem-requests-changed-meanwhile = Somebody else changed this request at the same moment. Look at it again, then repeat what you did if it is still right.
problem-requests-answer-kind-unknown = Choose the kind of answer from the list.
problem-requests-answer-short = An answer that stops the clock says what was or will be done, in at least { $least } characters.
problem-requests-reason-unknown = Choose a reason from the list.
problem-requests-reason-not-listed = Choose one of the reasons the rules list: { $listed }
problem-requests-pauses-spent = This request was paused { $most } times, which is the most the rules allow.
problem-requests-at-the-top = The request is on the highest level already.
problem-requests-not-sent-back = From this level a request cannot be sent back.
problem-requests-level-too-low = Somebody on level { $level } or above must do this.
problem-requests-level-unknown = Choose a level from 1 to 5.
problem-requests-same-agency = This unit has the request already.
problem-requests-agency-unknown = There is no unit with this code.
problem-requests-contact-missing = Speak with the resident first, then write what they said and when.
problem-requests-note-short = Explain why it belongs to the other unit, in at least { $least } characters.
problem-requests-own-proposal = Somebody else must decide on what you proposed.
problem-requests-transfer-waits = A proposal to pass this request on waits for a decision already.
problem-requests-no-transfer = Nobody has proposed to pass this request on.
problem-requests-not-told = The resident must be told first that the request will be closed, and the notice has not gone out yet. Desk → messages says what holds it up.
problem-requests-told-too-late = The resident was told only recently. It can be closed from { $until } on.
problem-requests-signature-missing = Sign with your name and office.
problem-requests-reopen-too-late = This request could be reopened until { $until }. File a new one and name this code in it.
problem-requests-cannot-join = Requests can be joined when they are about the same service and the other one is still open.
problem-requests-post-unknown = Choose a post of the unit that has the request.
problem-requests-no-check = Nothing of this request waits for a check.
problem-requests-contact-needed = Enter the telephone number or email address you file with.
problem-requests-appeal-unknown = Nobody waits under this number any more.
problem-requests-profile = The profile cannot be used: { $reason }
problem-requests-profile-unknown = No profile “{ $profile }” was loaded. Load it with: baraza request profile load { $profile }
problem-requests-services = The services cannot be used: { $reason }

# Words that every page and notice of requests uses.

requests-agency-none = Nobody yet
requests-level = { $title } (level { $level })
requests-days =
    { $n ->
        [one] { $n } day
       *[other] { $n } days
    }
requests-hours =
    { $n ->
        [one] { $n } hour
       *[other] { $n } hours
    }
requests-minutes =
    { $n ->
        [one] { $n } minute
       *[other] { $n } minutes
    }

requests-light-white = In time
requests-light-yellow = Yellow: no proper answer yet
requests-light-red = Red: overdue
requests-light-blue = Finished

requests-kind-complaint = Complaint
requests-kind-aspiration = Wish or idea
requests-privacy-open = Open: the unit knows the name, nobody else
requests-privacy-anonymous = Anonymous: nobody knows the name
requests-privacy-confidential = Confidential: the unit sees the matter, not the name
requests-channel-web = on the web
requests-channel-phone = by telephone
requests-channel-sms = by text message
requests-channel-ussd = by USSD
requests-channel-email = by email
requests-channel-open311 = through another program
requests-channel-counter = at an office
requests-channel-import = from another system

requests-state-new = New
requests-state-open = In work
requests-state-answered = Answered: the resident’s yes is awaited
requests-state-paused = Waiting
requests-state-special-proposed = In work: closing without the resident’s yes was proposed
requests-closed-confirmed = Closed: the resident said yes
requests-closed-silence = Closed: the resident did not reply
requests-closed-special = Closed without the resident’s yes
requests-closed-withdrawn = Withdrawn
requests-closed-joined = Joined to another request
requests-closed-imported = Closed in another system
requests-recorder-resident = The resident
requests-recorder-operator = An operator for the resident
requests-recorder-officer = The unit itself
requests-recorder-nobody = Nobody

requests-next-yellow = Turns yellow on { $at }
requests-next-red = Turns red on { $at }
requests-next-step = Goes one level up on { $at }
requests-next-silence = Closes on { $at } if the resident does not reply
requests-next-pause-ends = The clock goes on by { $at } at the latest

requests-part-resident = Resident
requests-part-operator = Operator for the resident
requests-part-officer = Officer
requests-part-system = The clock
requests-reason-time = its time was up

requests-what-opened = Filed { $channel }.
requests-what-verified = Looked at and accepted.
requests-what-assigned = Given to { $post }.
requests-what-answered = Answered: { $kind }. Without a reply from the resident it closes on { $until }.
requests-what-replied = Replied: { $kind }. This does not answer the matter, so the clock goes on.
requests-what-paused = The clock stands still: { $reason }. It goes on by { $until } at the latest.
requests-what-resumed = The clock goes on.
requests-what-pause-ended = The time to wait is over: the clock goes on.
requests-what-escalated = Taken up from { $from } to { $to }: { $reason }.
requests-what-climbed = Went up from { $from } to { $to }: { $reason }.
requests-what-sent-back = Sent back from { $from } to { $to }.
requests-what-transfer-proposed = The unit says that it belongs to { $to }.
requests-what-transferred = Passed on to { $to }.
requests-what-transfer-rejected = It stays where it is, and does not go to { $to }.
requests-what-special-proposed = Closing without the resident’s yes was proposed: { $reason }.
requests-what-special-closed = Closed without the resident’s yes: { $reason }.
requests-what-special-rejected = Not closed without the resident’s yes.
requests-what-joined = Joined to { $code }, which is about the same.
requests-what-supported =
    { $n ->
        [one] One person says: me too.
       *[other] { $n } people say: me too.
    }
requests-what-noted = Internal note.
requests-what-checked =
    { $good ->
        [yes] Checked from outside: rightly closed.
       *[no] Checked from outside: badly closed.
    }
requests-what-confirmed = The resident says: it is settled.
requests-what-refused =
    { $moved ->
        [yes] The resident says: it is not settled. It went up from { $from } to { $to }.
       *[no] The resident says: it is not settled.
    }
requests-what-withdrawn = Withdrawn by the resident.
requests-what-reopened =
    { $moved ->
        [yes] Reopened by the resident. It went up from { $from } to { $to }.
       *[no] Reopened by the resident.
    }
requests-what-added = The resident added something.
requests-what-pictured = A photo was added.
requests-what-fell-silent = Closed: the resident did not reply in time. It can still be reopened.
requests-what-light = The light turned: { $light }.
requests-what-promised = A promise came of it.
requests-what-step-near = { $level } will lose it soon.

# The table of requests in the catalogue.
requests-table = Requests of residents
requests-table-about = One row for each request that is not confidential: what it is about, who is responsible, its light and its times. Texts, names and positions are left out. Brought up to date every hour; lights are those of the moment in as_of.
requests-table-column-code = Tracking code
requests-table-column-service = Service, by code
requests-table-column-service-group = Group of services
requests-table-column-agency = Unit responsible, by code
requests-table-column-place-code = Narrowest known place, by code
requests-table-column-kind = Complaint or aspiration
requests-table-column-channel = How it was filed
requests-table-column-state = State
requests-table-column-light = Light at the moment in as_of
requests-table-column-as-of = Moment whose light the row shows
requests-table-column-opened-on = Day it was filed
requests-table-column-opened-at = Filed
requests-table-column-verified-at = First looked at
requests-table-column-answered-at = First proper answer
requests-table-column-closed-at = Closed
requests-table-column-close-kind = How it was closed
requests-table-column-promised-by = Promised to be finished by
requests-table-column-is-overdue = Closed after what was promised, or open beyond it
requests-table-column-answer-days = Days until the first proper answer
requests-table-column-answer-working-days = Working days until the first proper answer
requests-table-column-close-days = Days until it was closed
requests-table-column-close-working-days = Working days until it was closed
requests-table-column-level = Level of the ladder, from 1
requests-table-column-n-reopened = Times reopened
requests-table-column-n-transfers = Times passed to another unit
requests-table-column-n-supporters = People who said: me too
