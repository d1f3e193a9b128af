# Submissions out: CSV, OData, GeoJSON.

problem-collect-exports-filter = The filter cannot be read: { $reason }. Correct it there.
problem-collect-exports-filter-unsupported = The filter uses something that is not done here: { $kind } at { $at } (“{ $text }”). Leave it out and filter what you get.
problem-collect-exports-filter-field = There is no field “{ $text }” to filter or sort by, at { $at }. The form’s $metadata lists the fields.
problem-collect-exports-select-unknown = There is no property “{ $property }”. The form’s $metadata lists the properties.
problem-collect-exports-select-repeat = “{ $property }” lies within a repeat. Ask for the repeat’s own table.
problem-collect-exports-select-expand = $select and $expand cannot be used together. Leave one of them out.
problem-collect-exports-expand = “{ $text }” cannot be expanded. Only $expand=* is done here.
problem-collect-exports-skiptoken = The $skiptoken cannot be read. Start again from the first page.
problem-collect-exports-skiptoken-unknown = What the $skiptoken names is not there any more. Start again from the first page.
problem-collect-exports-table-unknown = There is no table “{ $table }”. The form’s service document lists the tables.
problem-collect-exports-unsupported = { $feature } is not done here. Leave it out.
problem-collect-exports-format = This is only to be had as { $format }. Ask for that format.
problem-collect-exports-one-field = Name one field at most: fieldpath may be given once.
