# Places and located tables for programs with maps: OGC API – Features.

catalog-ogc-title = Data for maps
catalog-ogc-lead = Places and all open tables that say where their rows are, for programs such as QGIS (OGC API – Features).
catalog-ogc-collections = Collections
catalog-ogc-collections-about = Each collection holds features: things with a place on the map and what is known of them.
catalog-ogc-interface = The interface
catalog-ogc-conformance = What this service conforms to
catalog-ogc-for-programs = The same for programs
catalog-ogc-places = Places
catalog-ogc-places-about = Administrative units with their codes, names, levels, days of validity and boundaries.
catalog-ogc-features = Features
catalog-ogc-features-json = As GeoJSON
catalog-ogc-table = The table
catalog-ogc-id = Id
catalog-ogc-next = The features after these
catalog-ogc-shown-of = { $shown } of { $all } features
catalog-ogc-shown = { $shown ->
    [one] { $shown } feature
   *[other] { $shown } features
}

problem-ogc-collection-unknown = There is no collection “{ $collection }” that is open to everybody. The list at /ogc/collections has all of them.
problem-ogc-feature-unknown = There is no feature “{ $feature }” in this collection.
