# The catalogue for programs and feed readers.

catalog-dcat-feed = News of these data as an Atom feed
catalog-dcat-rows = Rows of all tables (CKAN DataStore)
catalog-dcat-version = { $title }: version { $version }
problem-catalog-dcat-since-malformed = “{ $since }” is no day or time. Write it as ISO 8601 has it, like 2026-01-31 or 2026-01-31T08:30:00Z.
problem-catalog-dcat-profile-unknown = The profile “{ $profile }” is not served. These are: { $known }.
problem-catalog-dcat-query-refused = This is no search that can be run: { $reason }
