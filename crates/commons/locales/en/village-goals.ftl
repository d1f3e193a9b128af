# The village chooses its goals.

village-goals-words-vote = vote
village-goals-heard-voted = Your vote in { $code } is counted. What you chose is kept with nobody's number.

village-goals-title = The village's goals
village-goals-lead = Villages choose what they work for first, by a vote in the hall and by telephone.
village-goals-none = No vote was called yet.
village-goals-what = What is chosen
village-goals-opens-on = First day of voting
village-goals-closes-on = Last day of voting
village-goals-most = How many are chosen
village-goals-most-hint = One person may mark as many
village-goals-security = Security
village-goals-options = Options
village-goals-own = The village's own goals
village-goals-own-hint = Each on a line of its own
village-goals-option = Option
village-goals-number = No.
village-goals-vote = Vote
village-goals-choose = Choose up to { $most }
village-goals-by-sms = By text message: send VOTE { $code } and up to { $most } numbers, like VOTE { $code } 1 3 6. Or choose here. Whoever votes in the hall does not vote by telephone.
village-goals-no-sms = No text messages are sent from here, so the vote is in the hall and at the village office. A vote by text message is counted apart, as not confirmed.
village-goals-counting = Voting is over. The halls are being counted.
village-goals-chosen = Chosen: { $goals }.
village-goals-how =
    { $n ->
        [one] One person voted: { $hall } in halls, { $phone } by telephone. { $invalid } of the ballots in halls were invalid. Everybody could mark up to { $most }.
       *[other] { $n } people voted: { $hall } in halls, { $phone } by telephone. { $invalid } of the ballots in halls were invalid. Everybody could mark up to { $most }.
    }
village-goals-too-few = Fewer than five people voted. So that nobody is known by their vote, the votes are not shown; the meeting decides.
village-goals-tie =
    { $n ->
        [one] These are equal, and only one of them has room: { $goals }. The meeting settles it.
       *[other] These are equal, and only { $n } of them have room: { $goals }. The meeting settles it.
    }
village-goals-settled = On { $day } the meeting chose { $goals }. The reason: { $why }
village-goals-result = Result
village-goals-hall = In halls
village-goals-phone = By telephone
village-goals-votes = Votes
village-goals-is-chosen = Chosen
village-goals-yes = yes
village-goals-no = no
village-goals-tied = equal
village-goals-halls = Counted in halls
village-goals-halls-none = No hall has been counted.
village-goals-ballots = Ballots
village-goals-ballots-hint = All that were cast, invalid ones too
village-goals-invalid = Invalid
village-goals-state-planned = Planned
village-goals-state-open = Open
village-goals-state-counting = Being counted
village-goals-state-published = Counted
village-goals-said-voted = Your vote is counted. What you chose is kept with nobody's number.
village-goals-call = Call a vote
village-goals-public = See what everybody reads
village-goals-public-one = See what everybody reads
village-goals-act-count = Type in what a hall counted
village-goals-act-publish = Close the count
village-goals-act-settle = Settle the tie as the meeting did
village-goals-publish-lead = Check that every hall is typed in. After this nothing can be added.
village-goals-settle-choose = Choose { $n }
village-goals-how-desk = { $n } voted at the desk, { $attested } of them without a telephone number.
village-goals-how-unconfirmed = Beside these, { $n } voted by text messages that were not confirmed. They are not in the result.
village-goals-desk = At the desk
village-goals-unconfirmed = Not confirmed, not in the votes
village-goals-act-vote = Type in the vote of somebody who came here
village-goals-vote-lead = You see what the person chooses, so ask first whether they mind; whoever does votes in the hall. What they chose is kept with nobody's name. Nobody counts twice, and a vote is not taken back.

problem-village-goals-unknown = There is no vote with the code { $code }.
problem-village-goals-title-missing = Say in at most 120 letters what is chosen.
problem-village-goals-options = Choose or write between 2 and 40 options, each in at most 120 letters.
problem-village-goals-most = Enter how many are chosen: at least one, and fewer than there are options.
problem-village-goals-opens = Enter the first day of voting, today or later.
problem-village-goals-closes = Enter the last day of voting, not before the first.
problem-village-goals-not-open = Voting is not open on this day.
problem-village-goals-still-open = Voting is not over yet. Close the count after its last day.
problem-village-goals-published = The count is closed. Nothing can be added to it.
problem-village-goals-changed = Something was counted or settled since you opened this vote. Look at it as it stands now, and do again what is still to be done.
problem-village-goals-choices = Choose at least one option and at most { $most }, by the numbers on the ballot.
problem-village-goals-twice = A vote from this number was counted already. Everybody votes once.
problem-village-goals-day-outside = Enter a day on which people voted.
problem-village-goals-ballots = Enter how many ballots were cast, from 1 to 20,000.
problem-village-goals-invalid = There cannot be more invalid ballots than ballots.
problem-village-goals-option-many = This is more than there are valid ballots. Count again.
problem-village-goals-sum = All marks together are more than the valid ballots allow. Count again.
problem-village-goals-no-tie = There is no tie to settle.
problem-village-goals-tied = Choose exactly { $n } of those that are equal.
