# Places: what levels are called, what became of old codes, and what can go wrong.

places-level-country = Country
places-level-province = Province
places-level-regency = Regency
places-level-district = District
places-level-village = Village
places-level-household_group = Household group
places-level-county = County
places-level-constituency = Constituency
places-level-ward = Ward
places-level-division = Division
places-level-upazila = Upazila
places-level-union = Union
places-level-municipality = Municipality

places-became-recoded = Since { $on } its code is { $to }.
places-became-renamed = Until { $on } it was called { $old }.
places-became-split = On { $on } a part of it became { $to }.
places-became-merged = On { $on } it became part of { $to }.
places-became-ended = It ended on { $on }. The lists do not say what followed.

problem-places-unknown = There is no place with the code { $code }. Search for it by name.
problem-places-nowhere = No place on the map holds the position { $lat }, { $lon }.
problem-places-position-outside = { $lat }, { $lon } is no position on Earth. Latitude goes from −90 to 90, longitude from −180 to 180.
problem-places-list-unreadable = The list of places could not be read: { $why }.
problem-places-level-without-boundaries = No place on the level “{ $level }” has a boundary. Import boundaries first, or check the level’s name.

places-divisions-title = Other divisions of the land
places-divisions-lead = Health catchments, police sectors and school areas are made of the same places as the administrative units. Say which places make which area, and dashboards can be shown by them.
places-divisions-none = There is no other division yet.
places-divisions-known = Divisions
places-divisions-name = What its areas are called
places-divisions-name-hint = For example: Health centres
places-divisions-code = Code
places-divisions-code-hint = It stands in addresses. Small letters, digits and hyphens: health.
places-divisions-basis = What shares are parts of
places-divisions-basis-hint = For example: Population 2025. Leave it empty where every place belongs to an area whole.
places-divisions-source = Who drew it, and in which paper
places-divisions-areas = Areas
places-divisions-shares = Places by a share
places-divisions-rows = Rows
places-divisions-rows-hint = CSV with the columns area, name, place, share, from and to. Area and place have to be there. No share means all of the place; from is the first day, to the first day on which it no longer holds.
places-divisions-take-in = Take in a division
places-divisions-forget = Forget this division

problem-places-division-unknown = There is no division of the land with the code { $code }.
problem-places-division-area-unknown = This division has no area with the code { $code }.
problem-places-division-title = Say what its areas are called.
problem-places-division-unreadable = The rows could not be read: { $why }. The first line has to name the columns, among them area and place.
problem-places-division-rows = There are no rows, or more than { $most }.
problem-places-division-area = Line { $line }: “{ $found }” is no code of an area, or its name is too long. Use letters, digits, dots, hyphens and underscores.
problem-places-division-place = Line { $line }: there is no place with the code “{ $found }”.
problem-places-division-share = Line { $line }: “{ $found }” is no share. Write a number above 0 and at most 1, or a percentage.
problem-places-division-day = Line { $line }: “{ $found }” is no day, or not after the first one. Write days like 2026-01-31.
problem-places-division-twice = Line { $line }: { $found } stands twice in this area at the same time.
problem-places-division-nested = Line { $line }: { $found } lies in { $above }, which is there, too. It would be counted twice.
problem-places-division-over = Line { $line }: the shares of { $found } add to { $sum }, more than the place has.
