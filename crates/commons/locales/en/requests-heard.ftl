# What residents write by text message, mail and USSD, and what is said back. Answers fit 160 characters where they can.

# Words that are understood, separated by commas. Those of all languages are understood at once; one word asks for one thing.
requests-heard-words-report = report, complain, complaint
requests-heard-words-wish = suggest, suggestion, wish, idea
requests-heard-words-anonymous = anonymous
requests-heard-words-status = status, check
requests-heard-words-yes = yes, y, settled
requests-heard-words-no = no, n, not
requests-heard-words-cancel = cancel, withdraw
requests-heard-words-add = add
requests-heard-words-stop = stop, unsubscribe
requests-heard-words-start = start
requests-heard-words-help = help, info
requests-heard-words-follow = follow, join
requests-heard-words-fresh = new
requests-heard-words-small = the, a, an, in, at, on, of, to, is, are, and, or, for, near, not, there, has, been, it, my, our
requests-heard-words-thanks = thank, thanks, you, very, much, ok, okay, it, is, settled, done, fine, now, good
requests-heard-words-village = village
requests-heard-words-district = district, sub-district, subdistrict

requests-heard-help = Write what is wrong and where, e.g. REPORT pothole in Kapas village. Also: STATUS code, YES, NO, ADD code text, STOP. Without a name: ANONYMOUS.
requests-heard-filed = { $code } filed: { $service }, { $place }. To be finished by { $date }. Your key: { $key }. Ask with STATUS { $code }.
requests-heard-filed-undated = { $code } filed: { $service }, { $place }. Your key: { $key }. Ask with STATUS { $code }.
requests-heard-filed-anonymous = { $code } filed without your name: { $service }, { $place }. Keep code and key, nobody can find them again: { $key }. Ask with STATUS { $code }.
requests-heard-stands = { $code } { $service }: { $state }. Promised by { $date }.
requests-heard-stands-undated = { $code } { $service }: { $state }.
requests-heard-confirmed = { $code } is closed. Thank you for saying so.
requests-heard-refused = { $code } goes on, now on level { $level }. You will be told.
requests-heard-reopened = { $code } is open again, on level { $level }. You will be told.
requests-heard-objected = Noted: you do not agree that { $code } is closed. Whoever decides will read it.
requests-heard-objects = I do not agree that this is closed.
requests-heard-added = Added to { $code }. For something new, begin with REPORT.
requests-heard-withdrawn = { $code } is withdrawn.
requests-heard-followed = You are counted with { $code } and will be told what happens. To end it: STOP { $code }.
requests-heard-unfollowed = You will be told nothing more about { $code }.
requests-heard-stopped = You will get no more notices of what you follow now. To get them again, send START.
requests-heard-started = You will get notices again. To end them, send STOP.
requests-heard-forgotten = Nothing was filed.
requests-heard-yes-alone = To close { $code }, send YES { $code } and nothing else. If it is not settled, send NO { $code } and why.
requests-heard-nothing-waits = Nothing of yours waits for a yes or no. To see how your requests stand, send STATUS.
requests-heard-which-yes = Which one? Send YES and the code: { $codes }.
requests-heard-which-no = Which one? Send NO, the code and why: { $codes }.
requests-heard-which-add = Which one? Send ADD, the code and your words: { $codes }.
requests-heard-add-how = Send ADD, the code and what you want to add.
requests-heard-cancel-how = To withdraw a request, send CANCEL and its code.
requests-heard-follow-how = To join in with a request, send FOLLOW and its code.
requests-heard-status-how = No request was filed from this number. Send STATUS and the code.
requests-heard-status-more = For more, send STATUS and the code.
requests-heard-similar-how = Send FOLLOW to join in with it, or NEW to file your own.

requests-heard-ask-text = What is wrong, and where? Write it in a few words.
requests-heard-ask-service = What is it about? Send the number.
requests-heard-ask-place = Where is it? Send the village and the district, or the code of the place.
requests-heard-ask-this-place = Is it in { $choice }? Send YES, or the right place.
requests-heard-ask-which-place = Where is it? Send the number.
requests-heard-ask-similar = There is one like it already: { $choice }. Send FOLLOW to join in with it, or NEW to file your own.
requests-heard-left-out =
    { $n ->
        [one] One file was not taken. Send JPEG, PNG or WebP pictures of at most 10 MB, five at a time.
       *[other] { $n } files were not taken. Send JPEG, PNG or WebP pictures of at most 10 MB, five at a time.
    }

# USSD: a screen holds 182 characters.
requests-heard-ussd-title = What would you like?
requests-heard-ussd-report = Report something
requests-heard-ussd-status = How mine stand
requests-heard-ussd-reply = Say yes or no
requests-heard-ussd-help = Help
requests-heard-ussd-language = Bahasa Indonesia
requests-heard-ussd-help-text = Report what is wrong; you get a code. When it is answered, you say whether it is settled. You can also send a text message: HELP.
requests-heard-ussd-group = What is it about?
requests-heard-ussd-service = What exactly?
requests-heard-ussd-place = Where? Number, or digits of the place's code
requests-heard-ussd-text = What is wrong, and where exactly? Write it.
requests-heard-ussd-send = { $service }, { $place }. Send it?
requests-heard-ussd-send-named = Send
requests-heard-ussd-send-anonymous = Send without my number
requests-heard-ussd-send-not = Do not send
requests-heard-ussd-filed = Filed. Code { $code }, key { $key }. Write both down.
requests-heard-ussd-code = Write the code of the request:
requests-heard-ussd-which = Which one?
requests-heard-ussd-settled = { $code } was answered. Is it settled?
requests-heard-ussd-yes = Yes, close it
requests-heard-ussd-no = No, not yet
requests-heard-ussd-why = What is missing? Write it, or 0 for nothing.
requests-heard-ussd-more = More

requests-heard-group-public-works = Roads, light, water, waste
requests-heard-group-health = Health
requests-heard-group-social = Social assistance
requests-heard-group-administration = Papers and licences
requests-heard-group-integrity = Bribes and illegal fees
