# Asks of villages.

village-asks-told-made = Ask { $code } is open for everybody to read. { $link }
village-asks-told-declined = Ask { $code } was answered with no. The reason: { $link }

village-asks-title = What villages ask for
village-asks-lead = An ask stays open, and grows older here, until somebody with a name and a post answers it.
village-asks-none = Nothing was asked for yet.
village-asks-what = What is asked for
village-asks-what-hint = Like “A clinic” or “A filter for each house”
village-asks-need = Why it is needed
village-asks-of = Asked of
village-asks-days = Days waited
village-asks-waits =
    { $n ->
        [one] It has waited for an answer for one day.
       *[other] It has waited for an answer for { $n } days.
    }
village-asks-waited =
    { $n ->
        [one] It was answered after one day.
       *[other] It was answered after { $n } days.
    }
village-asks-asked-on = Asked on
village-asks-number = The number it rests on
village-asks-number-hint = The address of the number's own page here, which begins with /n/. Leave it empty if there is none.
village-asks-number-see = See the number and how it was made
village-asks-reminded = Times reminded
village-asks-answered-by = Answered by
village-asks-answered-on = Answered on
village-asks-answer = Answer
village-asks-said = What is answered
village-asks-said-hint = For yes: what will be done. For no: the reason. Everybody reads it.
village-asks-name = Your name
village-asks-name-hint = Everybody reads your name and your post beside the answer.
village-asks-promise-hint = For yes and partly: what is promised. It stands among the promises until it is kept.
village-asks-state-open = Not answered
village-asks-state-yes = Yes
village-asks-state-partly = Partly
village-asks-state-no = No
village-asks-step-made = The village asked.
village-asks-step-reminded = The organisation was reminded.
village-asks-step-granted = It was answered with yes: it is a promise now.
village-asks-step-granted-partly = It was answered with partly: that part is a promise now.
village-asks-step-declined = It was answered with no.
village-asks-new = Ask for something
village-asks-public = See what everybody reads
village-asks-public-one = See what everybody reads
village-asks-act-answer = Answer it
village-asks-reminder-title =
    { $n ->
        [one] A village waits for an answer
       *[other] { $n } asks of villages wait for an answer
    }
village-asks-reminder =
    { $n ->
        [one] A village asked your organisation for something and has waited for thirty days or more. Answer with your name and post: { $link }
       *[other] Villages asked your organisation for { $n } things and have waited for thirty days or more. Answer with your name and post: { $link }
    }

problem-village-asks-unknown = There is no ask with the code { $code }.
problem-village-asks-title-missing = Say in at most 120 letters what is asked for.
problem-village-asks-need-missing = Say why it is needed.
problem-village-asks-number = No number stands at this address. Open the number here and copy its address, which begins with /n/.
problem-village-asks-organisation = Choose the organisation that is asked.
problem-village-asks-answer = Choose yes, partly or no.
problem-village-asks-said-missing = Say what will be done, or why not.
problem-village-asks-name-missing = Enter your name. An answer has somebody who gives it.
problem-village-asks-post-missing = Enter your post.
problem-village-asks-answered = This was answered already.
