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
