# Search of the catalogue.

catalog-search-meant = Did you mean:
catalog-search-remove = Remove
catalog-search-narrow = Narrow down
catalog-search-order = Order:
catalog-search-order-best = best match
catalog-search-order-newest = newest first
catalog-search-order-title = by title
catalog-search-by-theme = Theme
catalog-search-by-publisher = Publisher
catalog-search-by-tag = Tag
catalog-search-by-format = Format
catalog-search-by-year = Year covered
catalog-search-by-level = Level of place
catalog-search-by-licence = Licence
problem-search-too-much = This search would take too long. Use fewer or shorter words.
