# Indicators by other divisions of the land: health catchments, police sectors, school areas.

indicators-divisions-estimated = { $area } (estimated: { $shares })
indicators-divisions-of = Indicator { $code } · { $division }
indicators-divisions-lead = Nothing was counted again. The public numbers of the places that make an area were added up: cases and all of whom they are cases, each on its own, and divided then.
indicators-divisions-not-carried = This number is worked out from others, or was made elsewhere. It has no counts that could be carried over to other areas.
indicators-divisions-none = There are no numbers of the places that make these areas, in this period.
indicators-divisions-table = { $division }, { $period }
indicators-divisions-area = Area
indicators-divisions-parts = What makes { $area }
indicators-divisions-share = Share of the place
indicators-divisions-numerator = Numerator
indicators-divisions-denominator = Denominator
indicators-divisions-basis = What shares are parts of
indicators-divisions-source = Who drew the areas
indicators-divisions-how = How it was made
indicators-divisions-how-whole = The counts of whole places were added up. It is exact.
indicators-divisions-how-shares = At least one place belongs to the area by a share only. Its counts were taken by that share, as if people and cases were spread evenly. It is an estimate, and so it has no interval.
indicators-divisions-how-withheld = The number of a place in it is withheld, or the area would help to find one that is. So the area is withheld, too.
indicators-divisions-how-missing = There is no number of at least one place in it, so the area has none.
indicators-divisions-all = All areas
indicators-divisions-by = By { $division }
