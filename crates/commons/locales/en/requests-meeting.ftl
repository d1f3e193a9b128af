# The weekly meeting: the pack it is held with, and what was decided.

problem-requests-meeting-unknown = There is no meeting of { $day }. Choose one from the list.
problem-requests-meeting-no-profile = No profile is in use, so that no meeting is planned. Load one with: baraza request profile load lapor
problem-requests-meeting-due-malformed = Give the last day it may be kept on, like 2026-12-18

requests-meeting-title = Weekly meetings
requests-meeting-of = Weekly meeting of { $day }
requests-meeting-about = What waits too long, what keeps coming back, and what became of what was decided. The same pack lies on the table of the meeting.
requests-meeting-desk = Desk
requests-meeting-desk-about = The pack of each meeting, with confidential matters of your own units and places. Decisions are typed back here.
requests-meeting-see-next = See the next pack as it stands now
requests-meeting-next = { $profile }: the next meeting is on { $at }.
requests-meeting-none = No meeting has been held here yet.
requests-meeting-line = { $n } red, { $profile }
requests-meeting-public = What everybody reads of this meeting
requests-meeting-preview = This is how the pack would look now. It is made on the hour of the meeting and never changed after that.
requests-meeting-warning = Confidential: this holds matters that only some may know of. Do not pass it on or leave it lying.
requests-meeting-lead = Everything here stands as of { $as_of }. Texts of residents are shortened, and numbers and addresses in them are masked.

requests-meeting-n-red = Red: overdue
requests-meeting-n-yellow = Yellow: no proper answer yet
requests-meeting-n-open = Open in all
requests-meeting-n-turning = Turn red before the next meeting
requests-meeting-n-late = Earlier decisions that are late

requests-meeting-units = Lights by unit
requests-meeting-unit = Unit
requests-meeting-red = Red
requests-meeting-yellow = Yellow
requests-meeting-white = In time
requests-meeting-open = Open
requests-meeting-nothing = Nothing was open.

requests-meeting-decisions = What was decided before, and what became of it
requests-meeting-decisions-about = Decisions of the last meeting, older ones that are still open, and those settled since. What is late comes first.
requests-meeting-decisions-none = There was no earlier decision to follow up.
requests-meeting-promise = Decision
requests-meeting-owner = Kept by
requests-meeting-due = Due
requests-meeting-became = How it stands
requests-meeting-moved =
    { $n ->
        [one] date moved once
       *[other] date moved { $n } times
    }

requests-meeting-reds = Red, by unit
requests-meeting-reds-none = Nothing was red.
requests-meeting-reds-left =
    { $n ->
        [one] { $n } more red one is counted above and not told here: of each unit the oldest are told.
       *[other] { $n } more red ones are counted above and not told here: of each unit the oldest are told.
    }
requests-meeting-waits = Waits
requests-meeting-red-since = Red since
requests-meeting-red-from = Turns red on
requests-meeting-place = Place
requests-meeting-level = Level
requests-meeting-supporters = Others it matters to
requests-meeting-times-reopened = Times reopened
requests-meeting-times-passed = Times passed on
requests-meeting-privacy = Privacy
requests-meeting-is-confidential = Confidential
requests-meeting-history = What happened
requests-meeting-happened = { $at }: { $what }

requests-meeting-turning = Yellow, and red before the next meeting
requests-meeting-turning-list = The matters
requests-meeting-turning-about = These turn red before the next meeting unless they get a proper answer. The next comes first.
requests-meeting-turning-none = Nothing turns red before the next meeting.

requests-meeting-repeats = What keeps coming back
requests-meeting-repeats-none = Nothing came back more than usual.
requests-meeting-clusters = The same in the same place, three times or more in 90 days
requests-meeting-reopened = Reopened, and open again
requests-meeting-supported = Most people say “me too”
requests-meeting-code = Code
requests-meeting-service = What it is about
requests-meeting-filed = Filed
requests-meeting-still-open = Still open
requests-meeting-were-reopened = Reopened

requests-meeting-signals = How closings came about, last 30 days
requests-meeting-signals-about = These numbers are no proof of anything, but worth a question to the unit.
requests-meeting-signals-none = Nothing was closed in the last 30 days.
requests-meeting-stands-out = { $unit } stands out: { $measures }.
requests-meeting-closed = Closed
requests-meeting-signal-reopened = Reopened within 30 days
requests-meeting-signal-again = Same person, same matter again
requests-meeting-signal-last-day = Answered in the last 24 hours before a limit
requests-meeting-signal-special = Closed without the resident’s yes
requests-meeting-signal-silence = Closed by silence
requests-meeting-signal-ping-pong = Came back after it was passed on

requests-meeting-decided = Decided in this meeting
requests-meeting-decided-none = No decision of this meeting was typed in yet.
requests-meeting-new-decisions = Decisions of today
requests-meeting-new-decisions-about = What will be done, by whom, until when. Type it in afterwards: those who raised the matter are told.
requests-meeting-decision-line = Decision, who keeps it, until when
requests-meeting-decide = Take a decision
requests-meeting-decide-free = Take a decision on something else
requests-meeting-decide-send = Make it a promise
requests-meeting-promise-label = What is decided?
requests-meeting-promise-hint = Everybody can read it. Say what will be done, and name nobody.
requests-meeting-choose = Choose a unit
requests-meeting-post = Post that answers for it (optional)
requests-meeting-about-nothing = A decision of the meeting that is about no single request.
requests-meeting-about-matter = About { $code }, { $service }. Whoever follows it is told.
