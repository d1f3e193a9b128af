# Notices: what residents, followers and officers are told. Together with its reply a notice to a resident fits 160 characters.

requests-notices-title = Your request { $code }
requests-notices-link = See: { $link }

# What happened.
requests-notices-opened = Request { $code } is filed. It should be finished by { $date }. Keep this code.
requests-notices-opened-undated = Request { $code } is filed. Keep this code.
requests-notices-verified = { $code }: somebody of the unit has looked at it and works on it.
requests-notices-answered = { $code } was answered. To read it, send STATUS { $code }.
requests-notices-replied = { $code }: the unit wrote something. The clock goes on.
requests-notices-asked = { $code }, a question: { $question }
requests-notices-asked-unsaid = { $code }: the unit has a question for you. To read it, send STATUS { $code }.
requests-notices-paused = { $code } waits until { $date } at the latest: { $reason }.
requests-notices-resumed = { $code } goes on; its clock runs again.
requests-notices-transferred = { $code } was passed on to { $unit }. Its clock was not reset.
requests-notices-climbed = { $code } was not finished in time and moved up to level { $level }.
requests-notices-escalated = { $code } was taken up to level { $level }.
requests-notices-special-proposed = { $code }: the unit proposes to close it without your yes, not before { $date }.
requests-notices-special-rejected = { $code } is not closed as proposed; it goes on.
requests-notices-special-closed = { $code } was closed by the unit without your yes.
requests-notices-fell-silent = { $code } was closed because nobody said no in time.
requests-notices-confirmed = { $code } is closed: the resident said that it is settled.
requests-notices-withdrawn = { $code } was taken back by whoever filed it.
requests-notices-refused = { $code } goes on at level { $level }: the resident said that it is not settled.
requests-notices-reopened = { $code } was opened again, at level { $level }.
requests-notices-joined = { $code } was joined to { $other }, which is about the same. You will be told about { $other }.

# What whoever filed it may do: by a word in a text message or mail, or on the page.
requests-notices-say = Settled? Send YES { $code }. If not: NO { $code } and why. Without a reply it closes on { $date }.
requests-notices-say-there = Is it settled? Say yes or no on its page. If you say nothing, it is closed on { $date }.
requests-notices-read = To read it, send STATUS { $code }.
requests-notices-read-there = Read it on its page.
requests-notices-add = Send ADD { $code } and your answer by { $date }.
requests-notices-add-there = Answer on its page by { $date }.
requests-notices-object = If you disagree, send NO { $code } and why.
requests-notices-object-there = If you disagree, say so on its page.
requests-notices-reopen = Not settled? Send NO { $code } and why, until { $date }.
requests-notices-reopen-there = If it is not settled, you can open it again on its page until { $date }.

# Commitments.
requests-notices-commitment-title = Commitment { $code }
requests-notices-commitment-made = { $owner } made a promise about what you raised: { $code }, due { $date }.
requests-notices-commitment-moved = { $owner } moved the date of promise { $code } to { $date }.
requests-notices-commitment-kept = { $owner } says that promise { $code }, due { $date }, is kept.
requests-notices-commitment-broken-off = { $owner } broke off promise { $code }, which was due { $date }.

# What officers are told; a code stands before it where it is one request.
requests-notices-desk-title =
    { $n ->
        [one] Something waits on your desk
       *[other] { $n } things wait on your desk
    }
requests-notices-desk-assigned =
    { $n ->
        [one] given to you
       *[other] { $nf } requests were given to you
    }
requests-notices-desk-step-near =
    { $n ->
        [one] will climb to the next level soon unless it is answered
       *[other] { $nf } requests will climb to the next level soon unless they are answered
    }
requests-notices-desk-climbed =
    { $n ->
        [one] has climbed to you
       *[other] { $nf } requests have climbed to you
    }
requests-notices-desk-sent-back =
    { $n ->
        [one] was sent back to you
       *[other] { $nf } requests were sent back to you
    }
requests-notices-desk-transferred =
    { $n ->
        [one] was passed on to your unit
       *[other] { $nf } requests were passed on to your unit
    }
requests-notices-desk-refused =
    { $n ->
        [one] the resident said no to the answer
       *[other] { $nf } answers got a no from the resident
    }
requests-notices-desk-reopened =
    { $n ->
        [one] the resident opened it again
       *[other] { $nf } requests were opened again by the resident
    }
requests-notices-desk-replied =
    { $n ->
        [one] the resident answered your question
       *[other] { $nf } questions were answered by the resident
    }
requests-notices-desk-transfer =
    { $n ->
        [one] a proposal to pass it on waits for your decision
       *[other] { $nf } proposals to pass on requests wait for your decision
    }
requests-notices-desk-special =
    { $n ->
        [one] a proposal to close it specially waits for your decision
       *[other] { $nf } proposals of special closes wait for your decision
    }
