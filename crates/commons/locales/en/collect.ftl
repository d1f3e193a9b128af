# Forms and what people answer.

collect-filed-new = Your answers are filed. Thank you.
collect-filed-same = These answers were filed before. Nothing was counted twice.
collect-filed-more-files = The files were added to the answers that were filed before.
collect-filed-edited = Your correction is filed. The earlier answers are kept.
collect-filed-conflict = Other answers were filed under this number before. Both are kept, and your office will compare them.

problem-project-unknown = There is no project at this address. Check the address in the settings of your app.
problem-form-unknown = There is no form “{ $form }” in this project. What you sent is kept; tell your office.
problem-form-version-unknown = The form “{ $form }” has no version “{ $version }”. Get the form anew. What you sent is kept; tell your office.
problem-form-unpublished = The form “{ $form }” is not published yet.
problem-form-closed = The form “{ $form }” takes no more answers. What you sent is kept; tell your office.
problem-form-exists = This project has a form “{ $form }” already. Publish a new version of it instead.
problem-form-no-draft = The form “{ $form }” has no draft. Upload a new version of it first.
problem-form-version-taken = The form “{ $form }” has another definition under version “{ $version }”. Give the new one another version, then publish again.
problem-form-file-unknown = The form names no file “{ $file }”. Check the file’s name.
problem-form-malformed = The form cannot be used: { $detail }
problem-form-warnings = The form can be used, but look at this first: { $detail }
problem-submission-malformed = These answers cannot be filed: { $detail }. They are kept; tell your office.
problem-submission-unknown = There is no submission under this number.
problem-delivery-malformed = The delivery cannot be read: { $detail }. Send it again.
problem-draft-unknown = These answers were sent already, were kept as long as we keep them, or the address is not complete. Start the form again.
problem-entries-full = There are { $n } entries here, and no more can be added. Send these answers, then fill the form again.

# Filling a form in the browser.
collect-forms = Forms
collect-no-forms = There is no form for you to fill at the moment.
collect-start-lead =
    { $n ->
        [one] Your answers are kept after every page, so you can stop and go on later from the same address. They are deleted one day after your last change if you do not send them.
       *[other] Your answers are kept after every page, so you can stop and go on later from the same address. They are deleted { $n } days after your last change if you do not send them.
    }
collect-start = Start now
collect-drafts = Answers you have not sent yet
collect-draft-of = Last changed { $when }, kept until { $until }
collect-back = Back
collect-continue = Continue
collect-save-and-continue = Save and continue
collect-kept =
    { $n ->
        [one] Pressing the button keeps your answers for one day. To go on later, keep the address of this page.
       *[other] Pressing the button keeps your answers for { $n } days. To go on later, keep the address of this page.
    }
collect-more-questions = Your answers lead to more questions on this page.
collect-optional = { $question } (optional)
collect-between = A number from { $least } to { $most }
collect-choose = Choose
collect-rank = Place { $place }
collect-guidance = Help with this question
collect-file-here = We have the file { $file }. Choose another to put it in its place.
collect-file-remove = Remove the file
collect-point-hint = Latitude and longitude, like -7.1502 111.8817
collect-point-use = Use the position of this device
collect-point-waiting = Finding the position…
collect-point-failed = The position cannot be found. Type it, or try outside.
collect-add = Add: { $what }
collect-add-another = Add another: { $what }
collect-fill-in = Fill in
collect-remove = Remove
collect-remove-title = Remove { $what }?
collect-remove-lead = All answers given here are deleted. This cannot be undone.
collect-remove-yes = Yes, remove
collect-remove-no = No, keep
collect-entry-blank = Not filled in yet
collect-entry-unfinished = Not finished
collect-entry-finished = Filled in
collect-no-entries = There is no entry yet.
collect-n-entries =
    { $n ->
        [one] { $n } entry
       *[other] { $n } entries
    }
collect-check-title = Check your answers
collect-no-answer = No answer
collect-change = Change
collect-send-title = Send your answers
collect-send-lead = By sending them you say that, as far as you know, they are right.
collect-send = Send
collect-sent = Answers sent
collect-sent-reference = Your reference: { $reference }
collect-sent-next = What happens next
collect-sent-what = Your office sees the answers at once, and the numbers of your area change within seconds.
collect-again = Fill the form again
collect-answer-missing = { $question }: give an answer
collect-answer-wrong = { $question }: check this answer
collect-answer-integer = { $question }: write a whole number, like 3
collect-answer-decimal = { $question }: write a number, like 2.5
collect-answer-date = { $question }: write a real date, like 27 3 2026
collect-answer-time = { $question }: write a real time, like 09:30
collect-answer-range = { $question }: write a number from { $least } to { $most }, in steps of { $step }
collect-answer-rank = { $question }: give each choice one place
collect-answer-point = { $question }: write latitude and longitude, like -7.1502 111.8817
collect-answer-point-range = { $question }: latitude goes from -90 to 90, longitude from -180 to 180. Write the latitude first
collect-answer-line = { $question }: line { $line } is not a position. Write latitude and longitude, like -7.1502 111.8817
collect-answer-line-range = { $question }: in line { $line }, latitude goes from -90 to 90, longitude from -180 to 180. Write the latitude first
collect-answer-line-short = { $question }: give at least { $least } points, one on each line
collect-line-hint = One point on each line: latitude and longitude, like -7.1502 111.8817
collect-line-add = Add the position of this device
collect-line-said = { $points } points, { $size } m long
collect-ground-hint = One corner on each line, in order: latitude and longitude, like -7.1502 111.8817
collect-ground-said = { $points } corners, { $size } m²
collect-file-too-large = { $question }: this file is larger than { $most } MB. Choose a smaller one

# The desk.
collect-desk = Forms and submissions
collect-form = Form
collect-project = Project
collect-state = State
collect-open = Takes answers
collect-closed = Closed
collect-submissions = Submissions
collect-first = First
collect-last = Last
collect-version = Version { $version }
collect-fill = Fill the form
collect-progress = Progress of the enumerators
collect-progress-caption = Submissions by place and enumerator
collect-nothing-yet = Nothing has been filed yet.
collect-place = Place
collect-enumerator = Enumerator
collect-flagged = Flagged
collect-name = Name
collect-filed-at = Filed
collect-flags = What is odd
collect-flag = What
collect-question = Question
collect-message = What the form says
collect-no-flags = Nothing is odd about these answers.
collect-older = Older submissions
collect-change-form = Change the form
collect-audience = Who may fill it in the browser
collect-audience-staff = Enumerators and other staff
collect-audience-public = Everybody
collect-save = Save
collect-device = Device
collect-instance = Number
collect-conflicts = Other answers under the same number
collect-files = Files
collect-as-sent = The answers as they were sent
collect-strays = Deliveries that could not be filed
collect-strays-lead = These came from phones and could not be filed. Nothing is lost: download the answers, correct what is wrong, and send them again.
collect-no-strays = Every delivery could be filed.
collect-n-strays =
    { $n ->
        [one] { $n } delivery could not be filed.
       *[other] { $n } deliveries could not be filed.
    }
collect-received = Received
collect-why = Why
collect-size = Bytes
collect-flag-unknown-node = Not in the form
collect-flag-missing-required = Not answered
collect-flag-broken-constraint = Out of bounds
collect-flag-not-relevant = Should not have been asked
collect-flag-unknown-choice = Not one of the choices
collect-flag-wrong-type = Not of the right kind
collect-flag-unclear-rule = A rule of the form cannot be applied
collect-flag-outside-area = Outside the enumerator’s area
