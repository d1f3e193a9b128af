# Numbers made of other numbers: the formula in words, what it was made of, why there is none.

indicators-formulas-name = “{ $title }”
indicators-formulas-lag = { $n ->
    [one] one period earlier
   *[other] { $n } periods earlier
}
indicators-formulas-parent = the place above
indicators-formulas-choice = { $then } where { $condition }, else { $otherwise }
indicators-formulas-function-abs = size of
indicators-formulas-function-clamp = number, at least, at most
indicators-formulas-function-coalesce = first that is there of
indicators-formulas-function-geomean = geometric mean of
indicators-formulas-function-hmean = harmonic mean of
indicators-formulas-function-max = largest of
indicators-formulas-function-mean = mean of
indicators-formulas-function-min = smallest of
indicators-formulas-function-sum = sum of
indicators-formulas-function-wmean = mean weighted by the number behind each, of

indicators-formulas-parts = Made of
indicators-formulas-part-none = no number
indicators-formulas-none = Why there is no number
indicators-formulas-why-missing = A number it is made of is not there.
indicators-formulas-why-division = It would divide by zero.
indicators-formulas-why-negative = A mean of this kind exists only of numbers from zero up.
indicators-formulas-why-undefined = The result is no number that can be written.
indicators-formulas-rules = Where a number is missing
indicators-formulas-missing-spreads = Where a number it needs is missing, there is none.
indicators-formulas-missing-skipped = Means, sums, largest and smallest are taken of those that are there.
indicators-formulas-floor = In a geometric mean whatever lies below { $floor } counts as { $floor }.
indicators-formulas-interval = From the standard errors of what it is made of (delta method). Numbers of different tables, and of different people of one table, are taken as independent; others as moving together as far as they can, so that the interval is rather too wide than too narrow.
indicators-formulas-interval-none = None: a number it is made of has no standard error, or several come from one sampling design and nobody knows how they move together.
indicators-formulas-error = standard error { $error }
indicators-formulas-withheld = Withheld wherever a number it is made of is: with the others that one could be worked out.
