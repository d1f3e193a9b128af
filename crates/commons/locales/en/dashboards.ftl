# Dashboards: the pages for everybody, composing them, and what other sites show of them.

dashboards-title = Dashboards
dashboards-lead = Numbers put together on one page. Each of them leads to how it was made.
dashboards-none = There are no dashboards yet.
dashboards-old = This is an earlier version of the dashboard. Its tiles are as they were then, its numbers are those of today.
dashboards-latest = The version in force
dashboards-version-of = Version { $version }, published on { $date }
dashboards-versions = Versions
dashboards-versions-lead = Every version stays here as it was published. Its numbers are those of today.
dashboards-versions-version = Version
dashboards-versions-day = Published
dashboards-versions-why = What changed
dashboards-embed = Show it on your own page
dashboards-embed-how = Copy this into your page. It has a name and every chart has a table, so that people who cannot see it can read it. It needs no script and sets no cookies of its own.
dashboards-embed-source = See it where it was published, with how the numbers were made

dashboards-division = Shown by
dashboards-division-own = Administrative places
dashboards-division-light = Light

dashboards-gone = There are no numbers of indicator { $code } here any more.
dashboards-no-numbers = There are no numbers for { $place } yet.
dashboards-all-withheld = There is nothing to draw: the numbers for { $place } are withheld. Withheld is neither zero nor missing.
dashboards-no-light = Nobody has said from which value on this is good.
dashboards-counted-on = counted on { $date }
dashboards-more = { $n ->
    [one] One more is on the indicator's page.
   *[other] { $n } more are on the indicator's page.
}

dashboards-composed = Compose dashboards
dashboards-composed-lead = Put numbers together for a meeting, an office or a village. What you compose is a draft until you publish it.
dashboards-composed-none = You have no dashboards yet.
dashboards-begin = Begin a dashboard
dashboards-n-tiles = { $n ->
    [0] no tiles
    [one] one tile
   *[other] { $n } tiles
}
dashboards-state-draft = Draft
dashboards-state-shown = Published
dashboards-state-hidden = Taken back
dashboards-see = See it as everybody does
dashboards-tiles = Tiles
dashboards-tiles-none = There are no tiles yet. Add the first one below.
dashboards-up = Up
dashboards-down = Down
dashboards-remove = Remove
dashboards-add = Add a tile
dashboards-change = Change the tile
dashboards-leave = Leave it as it is
dashboards-head = Title and place
dashboards-head-save = Save title and place
dashboards-publish = Publish
dashboards-publish-lead = Everybody will be able to read it. Every version that you publish stays readable.
dashboards-hide = Take it back
dashboards-preview = What it looks like now

dashboards-field-title = Title
dashboards-field-code = Address
dashboards-field-code-hint = Lower-case letters, digits and hyphens, like water-weekly. It cannot be changed later.
dashboards-field-place = Place
dashboards-field-place-hint = The code of the place that it is about, like 35.22. Readers can look at the places in it, too.
dashboards-field-about = What it is for
dashboards-field-about-hint = A sentence or two. You may leave it blank.
dashboards-field-kind = Kind of tile
dashboards-field-indicator-hint = Not needed for words.
dashboards-field-tile-title = Title of the tile
dashboards-field-tile-title-hint = Blank for the title of the indicator. Words need a title.
dashboards-field-width = Width
dashboards-field-across = What a bar chart or a table goes along
dashboards-field-across-hint = Groups can be chosen once the tile has an indicator: add it, then change it.
dashboards-field-tile-place = Another place
dashboards-field-tile-place-hint = The code of a place. Blank for the place that the whole dashboard is looked at for.
dashboards-field-period-hint = Blank for the latest.
dashboards-field-text = Words
dashboards-field-text-hint = Only for a tile of words.
dashboards-field-why = What changed, and why
dashboards-indicator-none = None

dashboards-kind-number = Number
dashboards-kind-light = Light
dashboards-kind-trend = Trend
dashboards-kind-bar = Bar chart
dashboards-kind-map = Map
dashboards-kind-table = Table
dashboards-kind-live = Live value
dashboards-kind-count = Live count of a table
dashboards-kind-requests = Live count of requests
dashboards-kind-text = Words
dashboards-width-quarter = A quarter
dashboards-width-half = Half
dashboards-width-full = All of it
dashboards-across-time = Periods
dashboards-across-places = Places directly below

problem-dashboards-across-unknown = This indicator is not broken down so. Choose one of the list.
problem-dashboards-changed-meanwhile = Somebody changed this dashboard since you opened it. It is shown as it stands now: look at it, and do again what is still to be done.
problem-dashboards-chart-unknown = There is no chart “{ $chart }” of this indicator. Ask for number, light, trend, bar, map or table.
problem-dashboards-code-taken = There is a dashboard at this address already. Choose another address.
problem-dashboards-empty = There is nothing to publish yet. Add a tile first.
problem-dashboards-full = A dashboard holds at most { $most } tiles. Remove one first, or begin another dashboard.
problem-dashboards-hidden = This dashboard was taken back by whoever published it. The list of dashboards shows those there are.
problem-dashboards-indicator-unknown = Choose an indicator.
problem-dashboards-kind-unknown = Choose what kind of tile it is.
problem-dashboards-place-not-yours = You may compose dashboards only for places that you work for. Write the code of one of them.
problem-dashboards-place-unknown = There is no place with this code.
problem-dashboards-text-missing = Write the words that the tile shows.
problem-dashboards-tile-unknown = There is no such tile. Open the dashboard again.
problem-dashboards-title = Enter a title of at most 120 letters.
problem-dashboards-unknown = There is no dashboard “{ $code }”, or not in this version. The list of dashboards shows all there are.
