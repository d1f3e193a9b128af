# Following by e-mail.

catalog-following-title = Be told by e-mail
catalog-following-lead-dataset = We write to you when “{ $title }” changes, once a day at most.
catalog-following-lead-new = We write to you when there is a new dataset in “{ $title }”.
catalog-following-lead-contribution = We write to you when somebody answers “{ $title }”.
catalog-following-no-mail-lead = This installation sends no e-mail. The feed below tells programs what is new.
catalog-following-email = E-mail address
catalog-following-email-hint = We use it for nothing else, and nobody sees it.
catalog-following-button = Go on
catalog-following-feed = News of all data as an Atom feed
catalog-following-back = Back to the page
catalog-following-asked = Look into your mail
catalog-following-asked-lead = If the address is right, there is a message with a link. We write to you only after you have pressed the button behind it. It is good for three days.
catalog-following-confirm-title = Be told by e-mail?
catalog-following-confirm-lead = Press the button to be told of news about “{ $title }”.
catalog-following-confirm = Yes, write to me
catalog-following-begun = We will write to you
catalog-following-begun-lead = Every message ends with a link that stops them.
catalog-following-end-title = Stop the messages?
catalog-following-end-lead = Press the button, and we write to you about this no more.
catalog-following-end = Stop
catalog-following-ended = Stopped
catalog-following-ended-lead = We write to you about this no more.

catalog-following-mail-ask-title = Do you want to be told?
catalog-following-mail-ask = Somebody, most likely you, asked us to write to this address about our data. If it was you, open this page and press the button: { $link } If it was not you, do nothing, and we will not write again.
catalog-following-mail-title = News of the data you follow
catalog-following-mail-end = To stop these messages: { $link }
catalog-following-new = New: { $title }
catalog-following-changed = Changed: { $title }
catalog-following-more = And { $n } more.
catalog-following-decided-shown = What you sent us can now be read by everybody.
catalog-following-decided-planned = The data you asked for was promised.
catalog-following-decided-available = The data you asked for is there.
catalog-following-decided-refused = The data you asked for will not come. This is why:
catalog-following-decided-hidden = What you sent us was hidden. This is why:

problem-catalog-following-link-unknown = This link is not complete. Copy the whole of it from the message.
problem-catalog-following-link-old = This link is too old. Type your address once more.
problem-catalog-following-no-mail = This installation sends no e-mail.
