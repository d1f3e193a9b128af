# Requests: pages for residents.

problem-requests-privacy-missing = Choose how much may be known of you.
problem-requests-why-missing = Say in a few words why.
problem-requests-draft-filed = This was filed already. Load the page again to see its code.
problem-requests-photo-broken = A file is no picture, or it is damaged. Choose another one. What you typed is kept.
problem-requests-photo-heic = A picture is HEIC, from which hidden data cannot be removed. Choose “Most compatible” in the camera’s settings, or send a JPEG. What you typed is kept.
problem-requests-photo-kind = A file is of a kind that is not taken. Send pictures as JPEG, PNG or WebP. What you typed is kept.
problem-requests-photo-pixels = A picture has more pixels than can be shown. Send a smaller one. What you typed is kept.
problem-requests-photo-long = A picture is longer than { $most } MB. Send a smaller one. What you typed is kept.
problem-requests-photos-many = A request can have { $most } pictures. The others were left out. What you typed is kept.
problem-requests-photo-cut = The connection broke while a picture was being sent. Choose it again. What you typed is kept.
problem-requests-photo-missing = Choose a picture.
problem-requests-photo-refused = A picture was not taken.

requests-pages-requests = Requests
requests-pages-new = Tell the government
requests-pages-step = Step { $n } of { $of }
requests-pages-back = Back
requests-pages-continue = Save and go on
requests-pages-cancel = Cancel
requests-pages-change = Change
requests-pages-search = Search
requests-pages-choose = Choose …
requests-pages-optional = { $label } (not needed)
requests-pages-not-given = Not given

requests-pages-service-title = What is it about?
requests-pages-service-lead = Choose one. You need no account. It takes five short steps.
requests-pages-service-search = Search: lamp, road, aid …
requests-pages-service-none = Nothing fits these words.
requests-pages-service-all = Show everything
requests-pages-follow-instead = Follow a request you filed before
requests-pages-begun =
    { $n ->
        [one] You began a request and have not filed it. It is kept for { $n } day after the last change.
       *[other] You began a request and have not filed it. It is kept for { $n } days after the last change.
    }
requests-pages-go-on = Go on with it
requests-pages-forget = Throw it away
requests-pages-group-public-works = Roads, lamps, water
requests-pages-group-health = Health
requests-pages-group-social = Social assistance
requests-pages-group-administration = Papers and licences
requests-pages-group-integrity = Honesty of officials
requests-pages-group-education = Schools
requests-pages-group-environment = Nature and environment
requests-pages-group-safety = Safety and order

requests-pages-where-title = Where is it?
requests-pages-where-search = Name of the village or neighbourhood
requests-pages-where-found =
    { $n ->
        [0] No place has this name
        [one] { $n } place found
       *[other] { $n } places found
    }
requests-pages-where-all = List all places
requests-pages-where-map = Choose on the map
requests-pages-where-map-described = A map of the places in the list; each is a link.
requests-pages-where-whole = It is somewhere in { $place }
requests-pages-where-other = Choose another place
requests-pages-where-position = Or by position
requests-pages-spot = The exact spot, if you know it
requests-pages-spot-hint = Press on the map where it is. You can leave this out.
requests-pages-spot-alt = Map of { $place }: press where it is
requests-pages-spot-said = Marked on the map.
requests-pages-position-use = Use this phone’s position
requests-pages-position-waiting = Looking for the position …
requests-pages-position-failed = The phone does not tell its position. Choose a place instead.
requests-pages-position-type = Type the coordinates
requests-pages-lat = Latitude
requests-pages-lat-hint = Like −7.1502
requests-pages-lon = Longitude
requests-pages-lon-hint = Like 111.8817
requests-pages-address-label = How to find it (not needed)
requests-pages-address-hint = Like “in front of the school, second lamp from the bridge”. Everybody can read this.

requests-pages-what-title = What happened?
requests-pages-kind-question = Is it a complaint or a wish?
requests-pages-kind-complaint = A complaint
requests-pages-kind-hint-complaint = Something is broken, late or wrong.
requests-pages-kind-aspiration = A wish or an idea
requests-pages-kind-hint-aspiration = Something could be better. You get an answer; it has no deadline.
requests-pages-text-label = Tell it in your own words
requests-pages-text-hint = In any language. Say what is wrong, since when, and who is hurt by it. Leave out names and telephone numbers: everybody can read this, unless you choose “confidential” in the next step.
requests-pages-photos = Photos
requests-pages-photo-label = Add photos (not needed)
requests-pages-photo-hint =
    { $n ->
        [one] { $n } photo at most, JPEG, PNG or WebP, up to { $most } MB. Where and when it was taken is removed from it.
       *[other] { $n } photos at most, JPEG, PNG or WebP, up to { $most } MB each. Where and when they were taken is removed from them.
    }
requests-pages-photo-send = Send the photos and stay here
requests-pages-photo-n = Photo { $n }
requests-pages-photo-remove = Remove photo { $n }
requests-pages-photo-unit-only = Only the unit and you see this photo.
requests-pages-photos-for = Who may see the photos?
requests-pages-photos-faces = If somebody’s face, house number or number plate can be recognised, choose the first.
requests-pages-photos-for-unit = Only the unit that works on it
requests-pages-photos-for-hint-unit = Nobody else sees them.
requests-pages-photos-for-everybody = Everybody
requests-pages-photos-for-hint-everybody = They stand on the public page. People in them agree to that.

requests-pages-who-title = Who are you?
requests-pages-privacy-question = How much may be known of you?
requests-pages-privacy-open = Open
requests-pages-privacy-hint-open = The unit that works on it sees your name and can call you; the public sees only the matter.
requests-pages-privacy-anonymous = Anonymous
requests-pages-privacy-hint-anonymous = Nobody knows who you are, and nobody can ask you back; the public sees the matter.
requests-pages-privacy-confidential = Confidential
requests-pages-privacy-hint-confidential = The unit sees the matter but not your name; nobody else sees anything.
requests-pages-contact-title = How can we tell you?
requests-pages-contact-lead = Give a number or an address and you are told what happens. Without one you follow it with the code you get. If you chose “anonymous”, leave this empty: it is not kept.
requests-pages-contact-account = You are signed in as { $name } and told on your account; add a number to be told by text message. If you chose “anonymous”, neither is kept.
requests-pages-name-label = Name (not needed)
requests-pages-phone-label = Telephone number (not needed)
requests-pages-phone-hint = Like 0812 3456 7890. You are told by text message.
requests-pages-email-label = Email address (not needed)
requests-pages-lang-label = Language you want to be told in

requests-pages-similar-title = Is it one of these?
requests-pages-similar-lead = Others reported something near by. If it is the same, say “me too”: it counts, and there is one clock for all.
requests-pages-similar-look = Look at { $code }
requests-pages-similar-told = If you say “me too”, you are told what happens to it.
requests-pages-similar-untold = You gave no number or address, so note the code of the request to follow it.
requests-pages-similar-none = It is none of these
requests-pages-similar-file = File mine all the same
requests-pages-me-too-button = Me too
requests-pages-metres =
    { $n ->
        [one] about { $n } metre away
       *[other] about { $n } metres away
    }
requests-pages-supporters =
    { $n ->
        [one] { $n } other person says: me too
       *[other] { $n } others say: me too
    }

requests-pages-check-title = Is everything right?
requests-pages-service = About
requests-pages-place = Place
requests-pages-position = Position
requests-pages-address = How to find it
requests-pages-kind = Kind
requests-pages-text = What happened
requests-pages-privacy = Known of you
requests-pages-name = Name
requests-pages-phone = Telephone
requests-pages-email = Email
requests-pages-file-title = File it
requests-pages-file-lead = What you file is never changed or deleted by anybody. You can add to it and take it back.
requests-pages-file = File it now

requests-pages-filed-title = Filed
requests-pages-code-is = Its code is
requests-pages-spoken = Read aloud: { $spoken }
requests-pages-key-title = Your key
requests-pages-key-once = Write the key down now. It is shown only here. With code and key you say yes or no to the answer, add something or take it back, without an account.
requests-pages-next-title = What happens next
requests-pages-next-unit = It is with: { $agency }.
requests-pages-next-verify = By { $at } somebody has looked at it.
requests-pages-next-answer = By { $at } you have an answer.
requests-pages-next-yellow = Without a proper answer its light turns yellow on { $at }, for everybody to see.
requests-pages-next-red = Without a proper answer its light turns red on { $at }, and it goes to the meeting.
requests-pages-next-finish = By { $at } it should be finished.
requests-pages-next-told = We tell you whenever something happens.
requests-pages-next-look = You gave no number or address: look at its page with the code.
requests-pages-next-look-anonymous = As nobody knows who you are, nobody can tell you: look at its page with the code.
requests-pages-next-yes = It is closed only when you say that it is settled, or when you do not reply to an answer.
requests-pages-done-look = Look at its page
requests-pages-done-again = File another one

requests-pages-limit-title = That is the most for today
requests-pages-limit-kept =
    { $n ->
        [one] Nothing is lost: what you typed is kept for { $n } day.
       *[other] Nothing is lost: what you typed is kept for { $n } days.
    }
requests-pages-appeal-title = Ask to be let through
requests-pages-appeal-lead = Somebody reads why you need to file more, and decides.
requests-pages-appeal-why = Why do you need to file more?
requests-pages-appeal-hint = For example: you file for neighbours who have no telephone.
requests-pages-appeal-send = Ask
requests-pages-appeal-asked =
    { $n ->
        [one] Your question is with the office. What you typed is kept for { $n } day; come back and file it.
       *[other] Your question is with the office. What you typed is kept for { $n } days; come back and file it.
    }
requests-pages-appeal-try = Back to your request

requests-pages-follow-title = Follow a request
requests-pages-follow-lead = Type the code you were given. With your key you also say yes or no, add something or take it back.
requests-pages-follow-button = Show it
requests-pages-code-label = Code
requests-pages-code-hint = Eight letters and digits, like K7MQ-4XTD. Small letters, spaces and a missing hyphen are fine.
requests-pages-key-label = Key
requests-pages-key-optional = Key (only if it is yours)
requests-pages-key-hint = Six letters and digits that you were given when you filed it.
requests-pages-code-length = A code has eight letters and digits, like K7MQ-4XTD.
requests-pages-code-character = “{ $found }” is in no code. A code never has 0, O, 1, I or L.
requests-pages-code-check = A letter or digit is wrong, or two are swapped. Compare it with what you wrote down.
requests-pages-no-match = There is nothing to show under this code. Check code and key letter by letter. What is confidential is shown only with its key; after ten wrong keys you must wait an hour.

requests-pages-matter = What was reported
requests-pages-facts = Where it stands
requests-pages-timeline = What happened so far
requests-pages-filed = Filed
requests-pages-filed-at = { $at }, { $channel }
requests-pages-has-it = Who has it
requests-pages-verify-by = Looked at
requests-pages-answer-by = Answer
requests-pages-finish-by = Finished
requests-pages-end-of = the end of { $day }
requests-pages-by = promised by { $by }
requests-pages-by-kept = on { $done }, promised by { $by }
requests-pages-by-late = on { $done }, later than promised ({ $by })
requests-pages-by-missed = promised by { $by }, not done yet
requests-pages-yellow-on = Turns yellow
requests-pages-yellow-since = Yellow since
requests-pages-red-on = Turns red
requests-pages-red-since = Red since
requests-pages-pauses = Clock stood still
requests-pages-paused-now =
    { $n ->
        [one] It stands still now: { $reason }, until { $until } at the latest. Paused { $n } time of at most { $most }.
       *[other] It stands still now: { $reason }, until { $until } at the latest. Paused { $n } times of at most { $most }.
    }
requests-pages-paused-before =
    { $n ->
        [one] { $n } time, of at most { $most }
       *[other] { $n } times, of at most { $most }
    }
requests-pages-reopened = Times reopened
requests-pages-transfers = Times passed on
requests-pages-me-too = Me too
requests-pages-contact = You gave
requests-pages-promises = Promises that came of it
requests-pages-promise = { $promise } (by { $due })
requests-pages-joined = Joined to it
requests-pages-acts = What you can do
requests-pages-desk = Work on it at the desk
requests-pages-settled = Is it settled?
requests-pages-settled-yes = Yes, it is settled
requests-pages-settled-no = No, it is not

requests-pages-act-confirm = Say that it is settled
requests-pages-act-refuse = Say that it is not settled
requests-pages-act-reopen = Reopen it
requests-pages-act-add = Add something
requests-pages-act-photo = Add photos
requests-pages-act-withdraw = Take it back
requests-pages-act-support = Me too
requests-pages-act-watch = Be told what happens
requests-pages-act-unwatch = Be told no longer
requests-pages-act-key = It is yours? Show your key
requests-pages-act-leave = Put the key away on this device
requests-pages-lead-confirm = If you say yes, it is closed. You can have it reopened later.
requests-pages-lead-refuse = If you say no, it goes on.
requests-pages-lead-reopen = It starts again, with a new clock.
requests-pages-lead-above = It then lies one level up: { $level }.
requests-pages-lead-add = What you add stands on its page; numbers and addresses are hidden from the public.
requests-pages-lead-photo = Where and when a photo was taken is removed from it.
requests-pages-lead-withdraw = It is closed, and its history stays. You can have it reopened later.
requests-pages-lead-support = You are counted. Leave a number or an address if you want to be told what happens.
requests-pages-lead-watch = You are told whenever something happens. Nobody sees your number or address.
requests-pages-lead-unwatch = Type the number or address that is told. The one a request was filed with can only be taken off with its key.
requests-pages-lead-key = With the key you see what only you and the unit see, and act on it. This device remembers the key for an hour.
requests-pages-lead-leave = On this device the request is then shown as everybody sees it.
requests-pages-button-confirm = Yes, it is settled
requests-pages-button-refuse = No, go on
requests-pages-button-reopen = Reopen it
requests-pages-button-add = Add it
requests-pages-button-photo = Add the photos
requests-pages-button-withdraw = Take it back
requests-pages-button-support = Me too
requests-pages-button-watch = Tell me
requests-pages-button-unwatch = Tell me no longer
requests-pages-button-key = Show it
requests-pages-button-leave = Put it away
requests-pages-text-refuse = What is still wrong?
requests-pages-text-reopen = What is wrong again?
requests-pages-text-add = What do you want to add?
requests-pages-text-withdraw = Why? (not needed)
requests-pages-done-confirm = Thank you. It is closed.
requests-pages-done-refuse = Thank you. It goes on, and somebody above looks at it.
requests-pages-done-reopen = It is open again.
requests-pages-done-add = Added.
requests-pages-done-photo = The photos were added.
requests-pages-done-withdraw = It was taken back.
requests-pages-done-support = You are counted: me too.
requests-pages-done-watch = You are told from now on.
requests-pages-done-unwatch = If this number or address was told, it is told no longer.
requests-pages-done-key = This is your request as you see it.
requests-pages-done-leave = The key was put away on this device.

requests-pages-mine-title = My requests
requests-pages-mine-none = You have filed nothing with this account.
requests-pages-notices = What you were told
requests-pages-notices-none = Nothing yet.

requests-pages-phone-stored = What you type here is kept on this phone until it is sent.
requests-pages-phone-forget = Delete it from this phone
requests-pages-phone-restored = What you typed before is here again. It was kept on this phone.
requests-pages-phone-offline = There is no network. What you typed is kept on this phone; it is sent as soon as there is a network, if you leave this page open, or when you open it again.

requests-pages-offline-title = There is no network
requests-pages-offline-lead = Write it down here. It is kept on this phone, also when you switch it off, and sent when there is a network again: leave this page open, or open it again. Then you go on where you stopped.
requests-pages-offline-where = Where is it?
requests-pages-offline-where-hint = Village, and how to find it: “Sumberejo, in front of the school”.
requests-pages-offline-send = Send when there is a network
requests-pages-offline-online = You have a network again: file it step by step
