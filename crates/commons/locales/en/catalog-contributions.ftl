# What readers of data bring: data they want, comments, showcases.

catalog-contributions-wanted-title = Data that people ask for
catalog-contributions-wanted-lead = Is the data you need not here? Ask for it. Everybody sees what was asked for and what became of it.
catalog-contributions-wanted-send = Ask for data
catalog-contributions-wanted-send-lead = Look through the catalogue first. What you write is shown here once a data steward has read it.
catalog-contributions-wanted-none = Nobody has asked for data yet.
catalog-contributions-showcases-title = What people made of the data
catalog-contributions-showcases-lead = Maps, articles, programs and lessons that use our data. Have you made something? Show it.
catalog-contributions-showcase-send = Show what you made
catalog-contributions-showcase-send-lead = What you write is shown here once a data steward has read it.
catalog-contributions-showcases-none = Nothing has been shown here yet. Maps, articles and programs that people make of the data will stand here; show yours.
catalog-contributions-comments-title = Comments
catalog-contributions-comments-lead = Say what others should know about this data. A comment that needs an answer can become a service request, too.
catalog-contributions-comments-wrong = Is something in it wrong?
catalog-contributions-comments-report = Report an error instead: that gets an answer by a date
catalog-contributions-comment-thanks = Thank you. Your comment is shown once a data steward has read it.
catalog-contributions-n-comments = { $n ->
    [one] { $n } comment
   *[other] { $n } comments
}
catalog-contributions-n-showcases = { $n ->
    [one] { $n } thing made of it
   *[other] { $n } things made of it
}
catalog-contributions-n-support = { $n ->
    [one] { $n } more person needs it
   *[other] { $n } more people need it
}
catalog-contributions-waiting = { $n ->
    [one] { $n } more is waiting to be read by a steward.
   *[other] { $n } more are waiting to be read by a steward.
}
catalog-contributions-unseen = A data steward has not read this yet. Until then nobody else sees it. Keep the address of this page: it shows what becomes of it.
catalog-contributions-received = We received what you sent
catalog-contributions-received-code = Its code:
catalog-contributions-hidden = A data steward hid this. The reason is below.
catalog-contributions-answer = Answer
catalog-contributions-promised = Promised by { $date }
catalog-contributions-too = I need it too
catalog-contributions-all = All
catalog-contributions-show = Show
catalog-contributions-send = Send
catalog-contributions-state = State
catalog-contributions-state-waiting = Not read yet
catalog-contributions-state-shown = Shown
catalog-contributions-state-planned = Promised
catalog-contributions-state-available = It is there
catalog-contributions-state-refused = Will not come
catalog-contributions-state-hidden = Hidden
catalog-contributions-kind = Kind
catalog-contributions-kind-wanted = Data asked for
catalog-contributions-kind-comment = Comment
catalog-contributions-kind-showcase = Showcase

catalog-contributions-field-title = In a few words
catalog-contributions-field-text = What you want to say
catalog-contributions-field-text-hint = Do not write names, numbers or addresses of people.
catalog-contributions-field-place = Place (optional)
catalog-contributions-field-place-hint = Its name or its code, for example Ngasem
catalog-contributions-field-url = Address where it can be seen
catalog-contributions-field-dataset = Dataset
catalog-contributions-field-dataset-hint = Its title, its name or its address
catalog-contributions-about = About
catalog-contributions-field-name = Your name, for everybody to see (optional)
catalog-contributions-field-name-hint = Leave it empty to stay unnamed.
catalog-contributions-field-email = Your e-mail address (optional)
catalog-contributions-field-email-hint = To be told what becomes of it. Nobody sees it.
catalog-contributions-field-question = This is a question. I want an answer.
catalog-contributions-field-question-hint = A data steward can make it a service request: it then has a code, an officer and a date to be answered by.
catalog-contributions-field-answer = Answer, for everybody to see
catalog-contributions-field-answer-hint = Needed when you hide or refuse it: say why.
catalog-contributions-field-owner = Who promises it
catalog-contributions-field-due = By when

catalog-contributions-desk = What readers send
catalog-contributions-desk-lead = Data that people ask for, comments and showcases. Nothing is public before you have read it.
catalog-contributions-waits = Waits
catalog-contributions-waits-white = Since { $day }
catalog-contributions-waits-yellow = Since { $day }: more than 3 working days
catalog-contributions-waits-red = Since { $day }: more than 6 working days
catalog-contributions-n-late = { $n ->
    [one] 1 has waited for more than 3 working days.
   *[other] { $n } have waited for more than 3 working days.
}
catalog-contributions-question = Question
catalog-contributions-request-asked = Becomes a service request
catalog-contributions-request-is-open = Service request { $code }: being worked on
catalog-contributions-request-is-answered = Service request { $code }: answered
catalog-contributions-request-is-closed = Service request { $code }: closed
catalog-contributions-request-unfiled = This could not become a service request: the service “open-data” is not offered here, or asks for more than a reader said.
catalog-contributions-desk-none = Nothing waits here. Data that people ask for, their comments and showcases come to this list.
catalog-contributions-decide = Decide
catalog-contributions-decide-shown = Show it
catalog-contributions-decide-shown-hint = Everybody can read it.
catalog-contributions-decide-request = Make it a service request
catalog-contributions-decide-request-hint = Everybody can read it, and it gets a code, an officer and a date to be answered by.
catalog-contributions-decide-planned = Promise it
catalog-contributions-decide-planned-hint = A commitment with an owner and a date. Say both below.
catalog-contributions-decide-available = It is there
catalog-contributions-decide-available-hint = Name the dataset below.
catalog-contributions-decide-refused = It will not come
catalog-contributions-decide-refused-hint = Everybody reads the reason.
catalog-contributions-decide-hidden = Hide it
catalog-contributions-decide-hidden-hint = It names a person, insults or sells. Everybody reads the reason, not the words.

problem-catalog-contributions-unknown = There is nothing under “{ $code }”. Check the address.
problem-catalog-contributions-moved = This stands otherwise by now. Open the page again and look.
problem-catalog-contributions-limit = This was sent, or asked for, { $most } times from your network within an hour, which is the most. Wait an hour, then try again.
problem-catalog-contributions-settled = This is settled already.
problem-catalog-contributions-title-missing = Say in a few words what it is.
problem-catalog-contributions-text-missing = Write what you want to say.
problem-catalog-contributions-url-malformed = This is no address of the web. It must begin with http:// or https://
problem-catalog-contributions-dataset-missing = Name the dataset.
problem-catalog-contributions-dataset-ambiguous = More than one dataset fits: { $candidates }. Write the name in parentheses.
problem-catalog-contributions-dataset-unknown = There is no such dataset. Write its title, or copy its name from the address of its page.
problem-catalog-contributions-dataset-closed = This dataset is not open, so it answers nobody. Name an open one.
problem-catalog-contributions-place-ambiguous = More than one place fits: { $candidates }. Write one of them as it stands here.
problem-catalog-contributions-place-unknown = There is no place with this name or code.
problem-catalog-contributions-why-missing = Say why.
problem-catalog-contributions-owner-missing = Say who promises it.
problem-catalog-contributions-day-malformed = Write a day like 2026-12-18
problem-catalog-contributions-decision-missing = Choose what becomes of it.
