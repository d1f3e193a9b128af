# How organisations stand: the numbers that each answers for, from the regency down to the village.

problem-dashboards-tree-unknown = There is no organisation “{ $code }”.
problem-dashboards-tree-line = “{ $line }” is no code of an indicator with a weight from 1 to 100, or stands there twice. Write each on a line, like: 6.1.1 2
problem-dashboards-tree-many = An organisation answers for at most { $most } numbers.
problem-dashboards-tree-changed = Somebody changed what this organisation answers for since you opened it. Open it again, and do what is still to be done.

dashboards-tree-title = How offices stand
dashboards-tree-lead = Each office answers for some numbers. Its light is made of theirs. What is not known is said beside it and never counted as good.
dashboards-tree-none = No office has said yet which numbers it answers for.
dashboards-tree-nothing = Nobody has said yet which numbers this office answers for.
dashboards-tree-agency = Office
dashboards-tree-light = Light
dashboards-tree-known = Known
dashboards-tree-no-light = Not known
dashboards-tree-coverage = { $known } of { $all } known
dashboards-tree-number = Number
dashboards-tree-value = Value
dashboards-tree-period = Period
dashboards-tree-weight = Weight
dashboards-tree-place = Place
dashboards-tree-numbers = The numbers that it answers for
dashboards-tree-below = The places in it
dashboards-tree-above = Further up:
dashboards-tree-how-worst = The light is the worst of those that are known; without half of them it is not known, unless one is red.
dashboards-tree-how-weighted = The light is the mean of those that are known, by their weights; without half of the weight it is not known.
dashboards-tree-own = What offices answer for
dashboards-tree-own-lead = Say which numbers an office answers for. Everybody sees how they stand, and each month a report card is kept.
dashboards-tree-own-none = There is no office that you may speak for.
dashboards-tree-duties = Numbers
dashboards-tree-duties-hint = One code of an indicator on each line and, behind it, its weight from 1 to 100, like: 6.1.1 2
dashboards-tree-rolling = How one light is made of them
dashboards-tree-save = Save
dashboards-tree-public = See it as everybody does
