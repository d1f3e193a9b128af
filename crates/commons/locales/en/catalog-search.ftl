# Search of the catalogue.

catalog-search-meant = Did you mean:
catalog-search-remove = Remove
catalog-search-forgiven = Showing results for
catalog-search-narrow = Narrow these results
catalog-search-all = All { $n }
catalog-search-most = The first { $n } of { $all }
catalog-search-about = about { $place }
catalog-search-covers = covers { $place }
catalog-search-order = Order:
catalog-search-order-best = best match
catalog-search-order-newest = newest first
catalog-search-order-title = by title
catalog-search-by-theme = Theme
catalog-search-by-publisher = Publisher
catalog-search-by-tag = Tag
catalog-search-by-format = Format
catalog-search-by-year = Year covered
catalog-search-by-place = Place
catalog-search-by-level = Level of place
catalog-search-by-licence = Licence
catalog-search-format-table = Table
catalog-search-format-map = Map (GeoJSON)
problem-search-too-much = This search would take too long. Use fewer or shorter words.
