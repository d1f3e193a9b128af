# Devices and links: who fills forms without an account of their own.

collect-people-devices = Devices
collect-people-devices-lead = A device is a phone or tablet with ODK Collect. It shows no name and no password: its code is its key, so give each enumerator their own, and withdraw it when a phone is lost.
collect-people-no-devices = This project has no devices yet.
collect-people-name = Name
collect-people-used = Last used
collect-people-made = Made
collect-people-never = Never
collect-people-all-forms = All forms
collect-people-withdraw = Withdraw
collect-people-renew = New code
collect-people-add-devices = Add devices
collect-people-names = Names, one a line
collect-people-names-hint = Such as the enumerators’ names or the numbers on the tablets. At most { $most } at once.
collect-people-which-forms = Which forms may they fill?
collect-people-place = Code of the place where they work
collect-people-place-hint = You can leave this blank. What they file about other places is kept and marked.
collect-people-lock = Password for the app’s settings
collect-people-lock-hint = You can leave this blank. With it, ODK Collect asks for this password before anybody changes its settings.
collect-people-make-codes = Add and show the codes
collect-people-codes = Codes for ODK Collect
collect-people-codes-once = These codes are shown only now. Scan or print them before you leave this page.
collect-people-step-install = Install ODK Collect on the phone and open it.
collect-people-step-scan = Choose “Configure with QR code” and point the camera at the code.
collect-people-step-keep = Keep or shred the paper: who has the code can file as this device.
collect-people-locked = The app’s settings are locked with the password you chose.
collect-people-code-of = Code of { $name } for ODK Collect
collect-people-by-hand = Address, for a phone without a camera

collect-people-links = Links
collect-people-links-lead = Who opens a link can fill this form in a browser without an account. Anybody it is passed on to can, too.
collect-people-links-public = Everybody may fill this form anyway. A link only tells you where answers came from.
collect-people-no-links = This form has no links yet.
collect-people-add-link = Make a link
collect-people-link-name-hint = For you to keep track: “Poster at the market”. Who fills the form does not see it.
collect-people-link-kind = How often may each person answer?
collect-people-once = Once in each browser
collect-people-often = As often as they like
collect-people-of-project = Devices of this project
collect-people-of-form = Links to this form

problem-collect-people-too-many = Enter fewer names: these are more than can be added at once.
problem-collect-people-place-unknown = Enter the code of a place that is in the list of places.
problem-collect-people-link-unknown = This form has no such link.
problem-collect-people-link-gone = This link does not work any more, or is not complete. Ask who gave it to you for another.
problem-collect-people-link-used = You have answered already: this link takes one answer from each person. Thank you.
problem-collect-people-moment-malformed = “{ $text }” is no day or time. Write it like 2026-11-16 or 2026-11-16T09:00:00Z.
