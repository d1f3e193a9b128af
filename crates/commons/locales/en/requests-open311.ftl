# Requests that programs ask for and file through Open311 GeoReport v2. Their users read these texts.

requests-open311-contact = { $name }: { $url }
requests-open311-key-service = Sign in at { $url } and make a token: it is your api_key.
requests-open311-notice = Your report has the code { $code }. Write down the key { $key } too: nobody will show it to you again. With both you can follow your report, add to it, and say whether it is settled: { $url }
requests-open311-notice-again = We have your report already, with the code { $code }: { $url }

requests-open311-state-new = Received; nobody has looked at it yet.
requests-open311-state-open = Being worked on.
requests-open311-state-answered = Answered; it is closed when the person who reported it agrees.
requests-open311-state-paused = Paused; it waits for something.
requests-open311-state-special-proposed = Being worked on; the unit proposes to close it without a solution.
requests-open311-closed-confirmed = Closed: the person who reported it says it is settled.
requests-open311-closed-silence = Closed: it was answered, and the person who reported it said nothing more.
requests-open311-closed-special = Closed without a solution, with approval.
requests-open311-closed-withdrawn = Closed: the person who reported it withdrew it.
requests-open311-closed-joined = Closed: it is dealt with together with another report of the same matter.
requests-open311-closed-imported = Closed in the system it came from.

problem-requests-open311-key-missing = This needs an api_key. Make a token on your account page and send it as api_key.
problem-requests-open311-location-missing = Say where it is: send lat and long, or address_id with the code of a place, or an address_string that names a village or town.
problem-requests-open311-media-malformed = This is no address of a picture: it must begin with http:// or https://
problem-requests-open311-media-unusable = This picture cannot be used. Send a JPEG, PNG or WebP file of at most { $most } MiB.
problem-requests-open311-word-unknown = “{ $found }” is none of the words this field may have.
problem-requests-open311-date-malformed = “{ $found }” is no date and time. Write it like 2026-11-21T09:00:00Z
problem-requests-open311-dates-backwards = The span ends before it begins. Swap the two dates.
problem-requests-open311-dates-far = Ask for at most 90 days at a time.
problem-requests-open311-status-unknown = “{ $found }” is no status. Ask for open or closed.
problem-requests-open311-count-malformed = “{ $found }” is no number of pages or requests. Send a whole number from 1.
problem-requests-open311-radius-malformed = “{ $found }” is no radius. Send metres from 1 to 50000.
problem-requests-open311-too-many = At most { $most } values may be sent here. Ask in several requests.
