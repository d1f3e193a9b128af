# Rules that watch numbers, and the alerts that open when one fires.

problem-dashboards-rules-indicator = Choose an indicator.
problem-dashboards-rules-place = There is no place with this code.
problem-dashboards-rules-when = Choose when somebody is told.
problem-dashboards-rules-group = This indicator is not broken down so. Write a group like sex=F, or leave it blank.
problem-dashboards-rules-unfit = This cannot be waited for there. Groups have thresholds and lights; sensors have thresholds and silence.
problem-dashboards-rules-threshold = Write a number, such as 60 or 2.5; of days and minutes a whole number from 1.
problem-dashboards-rules-no-light = This indicator has no lights. Choose a threshold instead.
problem-dashboards-rules-wait = Write a number of working days from 0 to 60.
problem-dashboards-rules-why = Write what is to be done, in at most 600 letters.
problem-dashboards-rules-person = Nobody who works here has an account with this e-mail address.
problem-dashboards-rules-changed = Somebody changed this rule since you opened it. Open it again, and do what is still to be done.
problem-dashboards-rules-full = There are { $most } rules already. Change one that is not needed any more.
problem-dashboards-rules-unknown = There is no such rule.
problem-dashboards-rules-alert-unknown = There is no such alert.
problem-dashboards-rules-said = Write what you do about it, in at most 600 letters.
problem-dashboards-rules-seen = Somebody looks after this alert already, or it is over. Open it again.

dashboards-rules-title = Rules that watch numbers
dashboards-rules-lead = A rule tells somebody by name when a number needs them. It knows no more than everybody may see: a number that is withheld never fires it.
dashboards-rules-none = You have set no rules yet.
dashboards-rules-set = Set a rule
dashboards-rules-change = Change the rule
dashboards-rules-switch-on = Watch again
dashboards-rules-switch-off = Watch no more
dashboards-rules-on = Watching
dashboards-rules-off = Switched off
dashboards-rules-orphan = Nobody answers for it: the accounts are closed

dashboards-rules-indicator = Indicator
dashboards-rules-group = Group
dashboards-rules-group-hint = Blank for everybody together. Else like sex=F or sex=F,age=0-4, with the codes that the file of the indicator has.
dashboards-rules-feed-hint = Only for a rule on a sensor. It then counts in place of the indicator, the group and the place.
dashboards-rules-place = Place
dashboards-rules-place-hint = The code of the place, like 35.22.
dashboards-rules-when = When somebody is told
dashboards-rules-when-below = The number is below the threshold
dashboards-rules-when-above = The number is above the threshold
dashboards-rules-when-change = The number moved by more than the threshold since the period before
dashboards-rules-when-red = Its light is red
dashboards-rules-when-yellow = Its light is yellow or red
dashboards-rules-when-stale = It was not computed for more days than the threshold
dashboards-rules-when-silent = The sensor said nothing for more minutes than the threshold
dashboards-rules-threshold = Threshold
dashboards-rules-threshold-hint = In the unit of the number; in days where it is about age, in minutes where it is about silence. Lights need none.
dashboards-rules-why = What is to be done
dashboards-rules-why-hint = Whoever is told reads this.
dashboards-rules-person = Who answers for it
dashboards-rules-person-hint = The e-mail address of an account.
dashboards-rules-deputy = Deputy
dashboards-rules-deputy-hint = The e-mail address of an account; may be empty. The deputy is told when nobody looked after an alert in time.
dashboards-rules-wait = Working days until the deputy is told
dashboards-rules-condition = Rule
dashboards-rules-standing = How it stands
dashboards-rules-is-below = below { $threshold }
dashboards-rules-is-above = above { $threshold }
dashboards-rules-is-change = a change of more than { $threshold }
dashboards-rules-is-red = a red light
dashboards-rules-is-yellow = a yellow or red light
dashboards-rules-is-stale = { $n ->
    [one] no new number for more than one day
   *[other] no new number for more than { $n } days
}
dashboards-rules-is-silent = { $n ->
    [one] no reading for more than one minute
   *[other] no reading for more than { $n } minutes
}

dashboards-rules-alerts = Alerts
dashboards-rules-alerts-lead = Numbers that need somebody. An alert is over by itself when the number is well inside its bounds again.
dashboards-rules-alerts-none = No number needs you now.
dashboards-rules-alert = Alert
dashboards-rules-opened = Since
dashboards-rules-found = The number
dashboards-rules-number = { $value } in { $period }
dashboards-rules-reading = { $value }, read at { $period }
dashboards-rules-number-before = { $value } in { $period }, { $before } in the period before
dashboards-rules-number-withheld = The number that it fired on is withheld now.
dashboards-rules-number-gone = The number that it fired on was taken back.
dashboards-rules-stands-open = Waits for somebody
dashboards-rules-stands-climbed = Waits; the deputy was told
dashboards-rules-stands-seen = Somebody looks after it
dashboards-rules-stands-closed = Over
dashboards-rules-climbed = The deputy was told
dashboards-rules-seen-at = Looked after since
dashboards-rules-does = What is done about it
dashboards-rules-does-hint = Whoever set the rule and the deputy can read this.
dashboards-rules-closed = Over since
dashboards-rules-look-after = I look after it

dashboards-rules-told-title = A number needs you
dashboards-rules-told-fired = { $indicator }, { $place }: { $condition }.
dashboards-rules-told-deputy = Nobody has looked after this alert in time. It comes to you as the deputy.
