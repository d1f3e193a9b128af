# What stands around every page, and the words of the components.

platform-skip-link = Skip to main content
platform-no-assets = This page has no style, because the program was built without its assets. Run “make web”, then build the program again.
platform-navigation = Main
platform-nav-home = Home
platform-nav-requests = Requests
platform-nav-data = Data
platform-nav-indicators = Indicators
platform-nav-forms = Forms
platform-nav-about = About
platform-nav-desk = Desk
platform-languages = Language
platform-all-languages = All languages
platform-sign-in = Sign in
platform-search = Search
platform-search-label = Search places, numbers and data
platform-sample-data = <strong>Sample data.</strong> This regency, its people and its numbers are invented.
platform-footer-navigation = About this site
platform-footer-methods = How a number is made
platform-footer-developers = For developers
platform-footer-note = Baraza is free software. A baraza is the public meeting where a community and its leaders talk and decide.
platform-breadcrumbs = Breadcrumb

platform-error-prefix = Error:
platform-error-title = There is a problem
platform-important = Important
platform-success = Success
platform-warning = Warning
platform-day = Day
platform-month = Month
platform-year = Year
platform-sort-by = Sort by
platform-sideways = Scroll sideways to see all columns

platform-pagination = Pagination
platform-page = Page { $page }
platform-page-of = Page { $page } of { $of }
platform-previous-page = Previous<span class="govuk-visually-hidden"> page</span>
platform-next-page = Next<span class="govuk-visually-hidden"> page</span>
platform-results-count =
    { $n ->
        [one] { $n } result
       *[other] { $n } results
    }

# Charts and maps. What cannot be drawn stands after a name: “Ngasem: no data”.
platform-draw-suppressed = withheld
platform-draw-missing = no data
platform-draw-target = Target: { $value }
platform-draw-places =
    { $n ->
        [one] { $n } place
       *[other] { $n } places
    }
platform-download = Download { $shape }
platform-draw-table = Show as a table

# Messages to people and from people.
platform-message-nobody-listens = Nobody reads messages here. Please go to { $address }
platform-messages = Messages
platform-messages-lead = What the government tells people and what they write. Addresses are sealed, and the words are erased once a gateway has taken them.
platform-messages-shown = These are sample data, so nothing is sent: the messages are shown here instead.
platform-messages-counts = How many there are
platform-messages-out = Sent to people
platform-messages-in = Written by people
platform-messages-none = None yet.
platform-messages-channel = Channel
platform-messages-state = State
platform-messages-n = Messages
platform-messages-when = When
platform-messages-about = About
platform-messages-parts = Parts
platform-messages-trouble = Trouble
platform-messages-words = Words
platform-messages-characters = Characters
platform-messages-files = Files
platform-messages-outcome = What followed
platform-messages-retry = Send failed messages again
platform-messages-gateways = Addresses for gateways
platform-messages-gateways-lead = Give these to the gateway’s operator only: whoever knows them can write in anybody’s name.
platform-message-sms = Text message
platform-message-ussd = USSD
platform-message-email = Email
platform-message-account = On the account page
platform-message-queued = waiting
platform-message-sent = taken by the gateway
platform-message-delivered = delivered
platform-message-failed = failed
platform-message-answered = answered
platform-message-quiet = taken, no answer
platform-message-ignored = written by a program, passed over
platform-message-refused = refused, with the reason
platform-message-flood = too many from one sender
