# Numbers that others published, and places compared by them.

indicators-outside-from = Published by others: { $source }
indicators-outside-number = Indicator { $number }
indicators-outside-own = The publisher counts it as its own indicator { $number }, so it may differ from the framework’s.
indicators-outside-compare-this = Compare places by this number
indicators-outside-source = Published by
indicators-outside-file = In the publisher’s file
indicators-outside-unit = Unit, as the publisher writes it
indicators-outside-of = Of, in the publisher’s codes

indicators-outside-dim-sex = Sex
indicators-outside-dim-age = Age
indicators-outside-dim-urbanisation = Town or country
indicators-outside-dim-location = Town or country
indicators-outside-dim-activity = Economic activity
indicators-outside-dim-education-lev = Level of education
indicators-outside-dim-income-wealth-quantile = Fifth by income
indicators-outside-dim-composite-breakdown = Kind
indicators-outside-dim-type-of-product = Kind of material
indicators-outside-dim-type-of-speed = Speed
indicators-outside-code-sex-f = Female
indicators-outside-code-sex-m = Male
indicators-outside-code-urbanisation-u = Town
indicators-outside-code-urbanisation-r = Country
indicators-outside-code-location-urban = Town
indicators-outside-code-location-rural = Country

indicators-outside-compare = Compare places
indicators-outside-compare-of = { $title }: places compared
indicators-outside-compare-lead = Countries and places beside each other by one number. Only what is measured alike stands together; what is not, is named below with the reason.
indicators-outside-places-hint = Codes with commas between, such as KEN, NPL. At most six are shown.
indicators-outside-known = There are numbers for: { $places }
indicators-outside-missing = There are no numbers for: { $places }
indicators-outside-none = No numbers of others have been taken in yet.
indicators-outside-none-such = There are no numbers of this indicator. Choose another.
indicators-outside-latest = The latest number of each
indicators-outside-sources = Who says it, and how it is measured
indicators-outside-counts = What it counts
indicators-outside-ours = This government
indicators-outside-scope-unsaid = The publisher does not say how near it is to the global definition.
indicators-outside-refused = Not compared
indicators-outside-refused-lead = These belong to the same indicator, but are not measured alike. Each has a page of its own.
indicators-outside-why = Why not
indicators-outside-differs-unit = It is in another unit.
indicators-outside-differs-series = It is another series: it counts something else.
indicators-outside-differs-scope = One of the two departs from the global definition.

problem-indicators-outside-area-taken = The area { $code } has the code of one of our own places. Give the source another country code.
problem-indicators-outside-code-taken = There is an indicator { $code } already, from somewhere else. Take this source in under another code.
problem-indicators-outside-empty = There is no table of numbers in it. An Open SDG site has files such as data/indicator_1-1-1.csv.
problem-indicators-outside-file = The file { $file } cannot be read: { $reason }
problem-indicators-outside-unknown = No files were taken in from “{ $source }”.
