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
problem-requests-not-told = The resident must be told first that the request will be closed.
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
