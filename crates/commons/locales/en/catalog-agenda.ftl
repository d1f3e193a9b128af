# The data agenda: what is owed, when it is due, how punctual producers are.

catalog-agenda-title = Data agenda
catalog-agenda-any = Any
catalog-agenda-title-of = Data agenda { $year }
catalog-agenda-lead = Which data the government owes, when it is due, and whether it came.
catalog-agenda-see = See what is due, dataset by dataset
catalog-agenda-other-years = Other years:
catalog-agenda-show = Show
catalog-agenda-empty = Nothing is planned for this year yet. When a steward plans at the desk how often data are due, their days stand here.
catalog-agenda-nothing = Nothing due
catalog-agenda-ended = No longer owed
catalog-agenda-unconfirmed = not confirmed by the producer yet
catalog-agenda-event = { $dataset }: { $period } is due
catalog-agenda-every-daily = Every day
catalog-agenda-every-weekly = Every week
catalog-agenda-every-monthly = Every month
catalog-agenda-every-quarterly = Every quarter
catalog-agenda-every-half-yearly = Every half-year
catalog-agenda-every-yearly = Every year
catalog-agenda-every-checkpoints = At the checkpoints B03, B06, B09 and B12
catalog-agenda-every-dates = On named days
catalog-agenda-planned = due { $day }
catalog-agenda-period-quarter = Quarter { $nth } of { $year }
catalog-agenda-period-half = Half-year { $nth } of { $year }
catalog-agenda-period-week = Week { $nth } of { $year }
catalog-agenda-on-time = came on time (due { $day })
catalog-agenda-late = came { $days } { $days ->
    [one] day
   *[other] days
  } late (due { $day })
catalog-agenda-handed-in = handed in { $sent }, being checked (due { $day })
catalog-agenda-handed-in-late = handed in { $sent }, { $days } { $days ->
    [one] day
   *[other] days
  } late, being checked (due { $day })
catalog-agenda-published = published { $day }
catalog-agenda-published-after = handed in { $sent }, published { $day }
catalog-agenda-missing = missing, { $days } { $days ->
    [one] day
   *[other] days
  } late (due { $day })
catalog-agenda-moved-from = moved from { $day }
catalog-agenda-was-moved = { $period }: the due date was moved from { $was } to { $now } by { $role }. Reason: { $reason }
catalog-agenda-was-moved-by-calendar = { $period }: the due date went from { $was } to { $now }, because the working days changed.
catalog-agenda-target = the table is to have { $target } of { $rows } rows
catalog-agenda-reached = the table has { $reached } of { $rows } rows; { $target } wanted
catalog-agenda-n-handed-in = { $n } being checked
catalog-agenda-n-missing = { $n } missing
catalog-agenda-n-late = { $n } came late
catalog-agenda-n-on-time = { $n } on time
catalog-agenda-n-planned = { $n } to come
catalog-agenda-nothing-owed = nothing is due
catalog-agenda-lights = What the lights mean
catalog-agenda-light-green = Green: it came on time.
catalog-agenda-light-yellow = Yellow: the due date has passed, the days of grace have not.
catalog-agenda-light-red = Red: the days of grace have passed, too.
catalog-agenda-light-white = White: it is not due yet, or it was handed in on time and is being checked before everybody can read it.
catalog-agenda-light-two = A light with a due date is about the delivery of a period: whether its file came. One with a share of rows is about how full the table is, whichever file brought the rows. So one can be green and the other red.

catalog-agenda-league = How punctual each producer is
catalog-agenda-league-of = Timeliness of data { $year }
catalog-agenda-league-about = How many datasets each part of the government published on time.
catalog-agenda-league-lead = Of the data that fell due this year, how much each producer handed in on time and published. Those who owe about as much are compared with each other; with fewer than { $least } due dates nobody is ranked. Nor is who is alone among them, or had nothing on time. Of those with an equal share, who misses less comes first, then who was fewer days late; where that is equal, too, they share a rank.
catalog-agenda-league-empty = Nothing has fallen due yet this year.
catalog-agenda-volume-many = Producers with 48 or more due dates
catalog-agenda-volume-some = Producers with 12 to 47 due dates
catalog-agenda-volume-few = Producers with 4 to 11 due dates
catalog-agenda-volume-unranked = Too few due dates to be ranked
catalog-agenda-producer = Producer
catalog-agenda-nobody = Datasets without a publisher
catalog-agenda-rank = Rank
catalog-agenda-share = On time
catalog-agenda-n-due = Fell due
catalog-agenda-n-due-unnamed = { $due } ({ $unnamed } not open)
catalog-agenda-waiting-head = Being checked
catalog-agenda-late-head = Came late
catalog-agenda-missing-head = Missing
catalog-agenda-median = Days late (median)
catalog-agenda-how = How this is counted
catalog-agenda-how-counted = Only data that everybody can read, or was promised, counts, and only what was due before now. On time is what was handed in by its due date and published after it was checked, however long the check took. While it is being checked it counts for nobody; what is given back was not handed in, and what was never published is missing. Due dates of datasets that are on their way to everybody, or are not open any more, count without their names being told. What came after its due date stays late, even when the producer caught up. A due date can be moved only before it has passed, and the agenda shows that it was. The days late of what is missing are counted until today.

catalog-agenda-desk = Data agenda
catalog-agenda-desk-lead = Plan who owes which data when, confirm it, and see what is late.
catalog-agenda-desk-overdue = { $n } { $n ->
    [one] dataset is
   *[other] datasets are
  } overdue.
catalog-agenda-desk-unconfirmed = { $n } { $n ->
    [one] plan waits
   *[other] plans wait
  } for the producer to confirm.
catalog-agenda-desk-unplanned = { $n } { $n ->
    [one] dataset is
   *[other] datasets are
  } not on the agenda.
catalog-agenda-state-unplanned = Not on the agenda
catalog-agenda-state-planned = Planned; the producer has not confirmed yet
catalog-agenda-state-confirmed = Confirmed by the producer
catalog-agenda-state-ended = The plan has ended
catalog-agenda-plan = Plan
catalog-agenda-plan-of = Agenda: { $dataset }
catalog-agenda-confirm-lead = A steward planned when this dataset is due. Confirm that you will deliver it then, or ask for another date.
catalog-agenda-confirm = Confirm the plan
catalog-agenda-owed = What is due
catalog-agenda-came = came { $day }
catalog-agenda-for-period = For which period?
catalog-agenda-for-period-hint = This dataset is on the data agenda. The file is counted as the delivery for this period.
catalog-agenda-for-oldest = The oldest that waits
catalog-agenda-for-none = For none: it corrects what came before
catalog-agenda-change-one = Change one period
catalog-agenda-what = What do you want to do?
catalog-agenda-act-move = Move the due date
catalog-agenda-act-count = It came another way: count it as delivered today
catalog-agenda-act-take-back = What was counted was something else: take it back
catalog-agenda-period = Period
catalog-agenda-to = New due date
catalog-agenda-to-hint = Only to move it, for example 2027-04-15
catalog-agenda-reason = Reason
catalog-agenda-reason-hint = Everybody can read it on the agenda. Name no person.
catalog-agenda-frequency = How often is it due?
catalog-agenda-dates = Named days
catalog-agenda-dates-hint = Only for named days: month and day, for example 03-31 09-30
catalog-agenda-due-days = Days after the end of the period
catalog-agenda-due-days-hint = 0 means: on the last day of the period. A day off moves it to the next working day.
catalog-agenda-grace = Working days of grace
catalog-agenda-grace-hint = How long the light stays yellow before it turns red.
catalog-agenda-notice = Remind how many working days before
catalog-agenda-notice-hint = The producers of the organisation get a message.
catalog-agenda-unit = Unit
catalog-agenda-unit-hint = The part of the organisation that owes it, if it matters. Name no person.
catalog-agenda-starts = Owed from
catalog-agenda-starts-hint = The first day that the data must cover, for example 2027-01-01
catalog-agenda-targets = Targets at B03, B06, B09 and B12, in percent
catalog-agenda-targets-hint = If the table is filled through the year: how much of it is to be there at each checkpoint, for example 50 100. A hyphen where there is no target.
catalog-agenda-expected = Rows that are expected
catalog-agenda-expected-hint = Only with targets: how many rows the first table has when everything is in.
catalog-agenda-save-plan = Save the plan
catalog-agenda-end = End the plan
catalog-agenda-end-button = End the plan
catalog-agenda-history = What was agreed and changed
catalog-agenda-role-steward = the steward
catalog-agenda-role-producer = the producer
catalog-agenda-role-program = the program
catalog-agenda-did-planned = planned ({ $now })
catalog-agenda-did-changed = changed the plan (from { $was } to { $now })
catalog-agenda-did-confirmed = confirmed the plan
catalog-agenda-did-moved = moved { $period } from { $was } to { $now }
catalog-agenda-did-calendar = moved { $period } from { $was } to { $now }, because the working days changed
catalog-agenda-did-counted = counted { $period } as delivered
catalog-agenda-did-taken-back = took back what was counted for { $period }
catalog-agenda-did-ended = ended the plan
catalog-agenda-fact = Timeliness

catalog-agenda-remind-title = Data: { $n } { $n ->
    [one] due date
   *[other] due dates
  }
catalog-agenda-remind-before = Due { $day }: { $dataset } ({ $period }).
catalog-agenda-remind-after = Was due { $day } and has not come: { $dataset } ({ $period }).
catalog-agenda-remind-red = Overdue since { $day }, now red in public: { $dataset } ({ $period }).
catalog-agenda-remind-draft = What you sent for it is not handed in: hand it in.
catalog-agenda-remind-waits = Was due { $day }, is handed in, and waits for you: { $dataset } ({ $period }).
catalog-agenda-remind-look = Look at it here: { $link }
catalog-agenda-remind-link = Send it here: { $link }

problem-catalog-agenda-frequency-unknown = Choose how often the data is due.
problem-catalog-agenda-year-unknown = There is no agenda of { $year }. Choose a year from { $first } to { $last }.
problem-catalog-agenda-dates-malformed = Write the days as month and day with a hyphen, up to 24 of them, like 03-31 09-30.
problem-catalog-agenda-days-malformed = Write a whole number from 0 to { $most }.
problem-catalog-agenda-day-malformed = Write the day as year, month and day, like 2027-04-15.
problem-catalog-agenda-targets-malformed = Write up to four whole percentages from 0 to 100, or hyphens, with blanks between them, like 50 100.
problem-catalog-agenda-rows-malformed = Write how many rows the table has when everything is in: a whole number of at least 1.
problem-catalog-agenda-reason-missing = Say why, in a sentence: everybody can read it on the agenda.
problem-catalog-agenda-unplanned = This dataset is not on the agenda. Plan it first.
problem-catalog-agenda-period-unknown = { $period } is not owed of this dataset. Choose a period from the list.
problem-catalog-agenda-past = A due date that has passed cannot be moved, nor can one be moved into the past: late stays late. Count the delivery when it comes.
