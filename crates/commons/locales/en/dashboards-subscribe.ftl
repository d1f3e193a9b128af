# Dashboards by e-mail: the pages on which somebody asks for a weekly letter, and the letters.

problem-dashboards-subscribe-link-unknown = This link is not one of ours. Open it from the mail as it stands there.
problem-dashboards-subscribe-link-old = This link is too old. Ask for the letter again on the page of the dashboard.
problem-dashboards-subscribe-no-mail = This installation sends no e-mail.

dashboards-subscribe-title = A letter every week
dashboards-subscribe-lead = We write to you once a week what stands on “{ $title }”. First you get one mail that asks whether you want that.
dashboards-subscribe-no-mail-lead = This installation sends no e-mail. Come back to the dashboard to see its numbers.
dashboards-subscribe-email = Your e-mail address
dashboards-subscribe-email-hint = We use it for these letters alone. Every letter has a link that ends them.
dashboards-subscribe-button = Ask me by mail
dashboards-subscribe-asked = Look into your mail
dashboards-subscribe-asked-lead = We sent a mail to this address. Press the link in it within three days.
dashboards-subscribe-confirm-lead = Press the button to get what stands on “{ $title }” once a week.
dashboards-subscribe-confirm = Yes, write to me
dashboards-subscribe-begun = We will write to you
dashboards-subscribe-begun-lead = The first letter comes within a week.
dashboards-subscribe-end-title = No more letters?
dashboards-subscribe-end-lead = Press the button, and we write to you about this dashboard no more.
dashboards-subscribe-end = Write to me no more
dashboards-subscribe-ended = No more letters
dashboards-subscribe-ended-lead = We write to you about this dashboard no more.
dashboards-subscribe-back = To the dashboard
dashboards-subscribe-mail-ask-title = Do you want this dashboard by mail?
dashboards-subscribe-mail-ask = Somebody typed your address to get the dashboard “{ $title }” by mail every week. If that was you, open this link and press the button: { $link } If it was not, do nothing.
dashboards-subscribe-mail-end = No more letters: { $link }
dashboards-subscribe-line = { $title }: { $value } ({ $period })
dashboards-subscribe-line-none = { $title }: there is no number yet
